-- A vanity address that could be a room's code is none: a name leads to one room, whichever of the two was made first.
UPDATE rooms SET slug = NULL WHERE replace(slug, '-', '') GLOB '[bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9]';

CREATE TRIGGER rooms_slug_is_no_code_insert BEFORE INSERT ON rooms
WHEN replace(NEW.slug, '-', '') GLOB '[bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9]'
BEGIN
    SELECT RAISE(ABORT, 'a slug that could be a code');
END;
CREATE TRIGGER rooms_slug_is_no_code_update BEFORE UPDATE OF slug ON rooms
WHEN replace(NEW.slug, '-', '') GLOB '[bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9]'
BEGIN
    SELECT RAISE(ABORT, 'a slug that could be a code');
END;

-- A code is one, so that the two never meet.
CREATE TRIGGER rooms_code_is_a_code BEFORE INSERT ON rooms
WHEN NEW.code NOT GLOB '[bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9][bcdfghjkmnpqrstvwxz2-9]'
BEGIN
    SELECT RAISE(ABORT, 'a code of other letters');
END;
