-- The name on a badge is the issuer's to write; a correction is asked for on the badge's own page.
alter table profiles drop column credential_name;
