-- One row: what this installation is. Its uuid is part of the epoch, its rev the head of the site's stream.
CREATE TABLE site (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    uuid uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL DEFAULT 'Confab',
    token_key bytea NOT NULL,
    rev bigint NOT NULL DEFAULT 0
);
INSERT INTO site (token_key)
VALUES (
    decode(
        replace(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
        'hex'
    )
);
