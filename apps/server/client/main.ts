// The only script of Lapel's pages. Every task can be finished without it; each line makes one thing quicker.
import { addCopyButtons } from './copy.ts'
import { runCountdowns } from './countdown.ts'
import { openDialogs } from './dialogs.ts'
import { acceptDrops } from './file-drop.ts'
import { focusFirstMessage, linkErrorsToFields } from './focus.ts'
import { countCharacters, showBusyForms, submitOnChange } from './forms.ts'
import { runLiveForms } from './live-form.ts'
import { followProgress } from './live-progress.ts'
import { closeMenus } from './menus.ts'
import { offerPasskeys } from './passkeys.ts'
import { addShowPassword } from './password.ts'
import { addBackButtons } from './back.ts'
import { addPrintButtons } from './print.ts'
import { proveNotRobot } from './robot-check.ts'
import { scanQrCodes } from './scan-qr.ts'
import { countSelection } from './selection.ts'
import { quickenSharing } from './share.ts'

addCopyButtons()
addShowPassword()
proveNotRobot()
offerPasskeys()
showBusyForms()
countCharacters()
submitOnChange()
closeMenus()
openDialogs()
runCountdowns()
acceptDrops()
runLiveForms()
followProgress()
countSelection()
linkErrorsToFields()
focusFirstMessage()
addPrintButtons()
addBackButtons()
quickenSharing()
scanQrCodes()
