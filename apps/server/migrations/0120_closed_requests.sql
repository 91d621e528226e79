-- Closed requests are forgotten after a year (requests/forget-closed.ts); the audit trail and a badge's history stay.
create index correction_requests_closed on correction_requests (closed_at) where closed_at is not null;
create index rebindings_closed on rebindings (closed_at) where closed_at is not null;

-- What these columns hold of a person (SECURITY S57).
comment on column correction_requests.requested is 'personal: free text of the earner; kept 365 days after closed_at';
comment on column correction_requests.message is 'personal: free text of the earner; kept 365 days after closed_at';
comment on column correction_requests.answer is 'personal: free text to the earner; kept 365 days after closed_at';
comment on column lost_mailboxes.old_email is 'personal: address; kept 365 days after the last request made of it is closed, 7 days when not proved';
comment on column lost_mailboxes.old_email_canonical is 'personal: address; as old_email';
comment on column lost_mailboxes.new_email is 'personal: address; as old_email';
comment on column lost_mailboxes.new_email_canonical is 'personal: address; as old_email';
comment on column lost_mailboxes.name is 'personal: name; as old_email';
comment on column lost_mailboxes.note is 'personal: free text; as old_email';
comment on column rebindings.old_email_canonical is 'personal: address; kept 365 days after closed_at';
comment on column rebindings.new_email_canonical is 'personal: address; kept 365 days after closed_at';
comment on column rebindings.answer is 'personal: free text to the person; kept 365 days after closed_at';
comment on column rebinding_vouches.how is 'personal: free text about the person; kept 365 days after the request is closed';
