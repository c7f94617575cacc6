-- Words without accents, and parted by every mark: what SQLite's unicode61 does. unaccent would need a superuser.
-- (Canonical decomposition only: what it makes of a letter is letters and marks, never a sign of the query language.)
CREATE FUNCTION without_marks(text) RETURNS text LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT normalize(regexp_replace(normalize($1, NFD), U&'[\0300-\036F]', '', 'g'), NFC)
$$;

ALTER TABLE torrents DROP COLUMN words;
ALTER TABLE torrents ADD COLUMN words TSVECTOR GENERATED ALWAYS AS (
    to_tsvector('simple', without_marks(translate(name, $$!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~$$, repeat(' ', 32))))
) STORED;
CREATE INDEX torrents_by_words ON torrents USING GIN (words);
