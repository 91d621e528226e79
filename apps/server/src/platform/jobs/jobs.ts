import { fromKysely, PgBoss } from 'pg-boss'
import type { Connection, Db } from '../database/database.ts'
import type { Log } from '../log.ts'

export const jobSchema = 'jobs'

/**
 * A kind of work that happens later. The payload holds ids, never data: the job reads the present state, so it can run
 * twice without harm and no personal data lies in the queue.
 */
export interface JobKind<Payload extends object> {
  readonly name: string
  /** How many jobs one worker takes at a time; the handler gets them one by one. */
  readonly concurrency: number
  /** Seconds after which a job whose worker died is given to another one. */
  readonly leaseS: number
  readonly retryLimit: number
  readonly retryDelayS: number
  readonly retryDelayMaxS: number
  /** At most one job per `dedupeKey` waits at a time (another may be running). Then every job has a key. */
  readonly deduped: boolean
  /** Minute pattern (cron, UTC) when the job starts by itself with an empty payload. */
  readonly schedule: string | undefined
  /** It also runs when a process starts, because the last one may have died in the middle of something. */
  readonly atStart: boolean
  /** Never set; carries the type. */
  readonly payload?: Payload
}

export function defineJob<Payload extends object>(
  name: string,
  options: Partial<Omit<JobKind<Payload>, 'name' | 'payload'>> = {},
): JobKind<Payload> {
  return {
    name,
    concurrency: 2,
    leaseS: 300,
    retryLimit: 20,
    retryDelayS: 2,
    retryDelayMaxS: 3600,
    schedule: undefined,
    atStart: false,
    deduped: false,
    ...options,
  }
}

export interface Jobs {
  /**
   * Enqueues in the transaction that makes the work true: it becomes visible when that commits, or never.
   *
   * @param options.dedupeKey while a job of a deduped kind with this key waits, another one is not added.
   * @param options.after seconds from now.
   */
  enqueue<P extends object>(
    tx: Db,
    job: JobKind<P>,
    payload: P,
    options?: { dedupeKey?: string; afterS?: number },
  ): Promise<void>
  /** Registers what does a kind of job in this process. Call before {@link start}. */
  handle<P extends object>(job: JobKind<P>, handler: (payload: P) => Promise<void>): void
  start(options: { work: boolean }): Promise<void>
  stop(): Promise<void>
  /** Waits until no job is waiting or running; for tests. @throws with the first failure. */
  settle(): Promise<void>
}

interface Registered {
  job: JobKind<object>
  handler: (payload: object) => Promise<void>
}

export function createJobs(connection: Connection, { log, poolSize = 4 }: { log: Log; poolSize?: number }): Jobs {
  const boss = new PgBoss({
    ...(connection as Record<string, string>),
    max: poolSize,
    schema: jobSchema,
    migrate: false,
    createSchema: false,
    useListenNotify: true,
    // How soon the jobs of a process that died are given to another one, after their lease.
    superviseIntervalSeconds: 10,
    reindex: false,
    monitorVacuum: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  let isStopping = false
  boss.on('error', (error) => {
    if (!isStopping) log.error({ err: error }, 'job queue')
  })
  const registered: Registered[] = []
  const failures: unknown[] = []
  let running = 0

  async function startWorker({ job, handler }: Registered): Promise<void> {
    let id = ''
    id = await boss.work<object>(
      job.name,
      {
        batchSize: 1,
        pollingIntervalSeconds: 2,
        // What starts later (a retry, a delayed job) is announced by nobody.
        notifyPollingIntervalSeconds: 5,
        heartbeatRefreshSeconds: Math.max(3, Math.floor(job.leaseS / 10)),
      },
      async ([taken]) => {
        if (!taken) return
        running++
        const startedAt = performance.now()
        try {
          await handler(taken.data)
          log.debug({ job: job.name, id: taken.id, ms: Math.round(performance.now() - startedAt) }, 'job done')
        } catch (error) {
          failures.push(error)
          log.error({ err: error, job: job.name, id: taken.id }, 'job failed')
          throw error
        } finally {
          running--
          // One notification may stand for many jobs; without this a worker takes one of them and sleeps for half a minute.
          boss.notifyWorker(id)
        }
      },
    )
  }

  return {
    async enqueue(tx, job, payload, { dedupeKey, afterS } = {}) {
      await boss.send(job.name, payload, {
        db: fromKysely(tx),
        ...(job.deduped ? { singletonKey: dedupeKey ?? JSON.stringify(payload) } : {}),
        ...(afterS ? { startAfter: afterS } : {}),
      })
    },
    handle(job, handler) {
      registered.push({ job: job as JobKind<object>, handler: handler as Registered['handler'] })
    },
    async start({ work }) {
      await boss.start()
      for (const { job } of registered) await ensureQueue(boss, job)
      if (!work) return
      for (const { job, handler } of registered) {
        for (let worker = 0; worker < job.concurrency; worker++) await startWorker({ job, handler })
        if (job.schedule) await boss.schedule(job.name, job.schedule, {})
        if (job.atStart) await boss.send(job.name, {}, job.deduped ? { singletonKey: job.name } : {})
      }
    },
    async stop() {
      isStopping = true
      await boss.stop({ graceful: true, timeout: 10_000 })
    },
    async settle() {
      const names = registered.map(({ job }) => job.name)
      const deadline = Date.now() + 60_000
      for (;;) {
        const { rows } = await boss.getDb().executeSql(
          `select count(*)::int as open from ${jobSchema}.job
           where name = any($1) and state in ('created', 'active', 'retry') and start_after <= now() + interval '1 second'`,
          [names],
        )
        const open = (rows[0] as { open: number } | undefined)?.open ?? 0
        if (failures.length > 0) throw new Error('A job failed', { cause: failures.splice(0)[0] })
        if (open === 0 && running === 0) return
        if (Date.now() > deadline) throw new Error(`${open} jobs were still open after a minute`)
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
    },
  }
}

async function ensureQueue(boss: PgBoss, job: JobKind<object>): Promise<void> {
  const settings = {
    expireInSeconds: 3600,
    heartbeatSeconds: Math.max(10, Math.min(job.leaseS, 60)),
    retryLimit: job.retryLimit,
    retryDelay: job.retryDelayS,
    retryBackoff: true,
    retryDelayMax: job.retryDelayMaxS,
    deleteAfterSeconds: 86_400,
    notify: true,
  }
  await boss.createQueue(job.name, { ...settings, policy: job.deduped ? 'short' : 'standard' })
  await boss.updateQueue(job.name, settings)
}
