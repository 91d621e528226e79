-- What these columns hold of a person (SECURITY S57); see settings/people-requests.ts.
comment on column people_requests.email is 'personal: address, perhaps of somebody without an account; kept 365 days after the last change of a request that is not allowed';
comment on column people_requests.email_canonical is 'personal: address; as email';
comment on column people_requests.message is 'personal: free text to the person; as email';
