-- The account page counts what came to each of a person's addresses.
create index documents_recipient_issued on documents (recipient_email_canonical) where state = 'issued';
