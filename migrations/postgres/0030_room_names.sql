-- A vanity address that could be a room's code is none: a name leads to one room, whichever of the two was made first.
UPDATE rooms SET slug = NULL WHERE replace(slug, '-', '') ~ '^[bcdfghjkmnpqrstvwxz2-9]{8}$';

ALTER TABLE rooms
    ADD CONSTRAINT rooms_slug_is_no_code CHECK (replace(slug, '-', '') !~ '^[bcdfghjkmnpqrstvwxz2-9]{8}$'),
    -- A code is one, so that the two never meet.
    ADD CONSTRAINT rooms_code_is_a_code CHECK (code ~ '^[bcdfghjkmnpqrstvwxz2-9]{8}$');
