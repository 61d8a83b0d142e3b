-- What proves who somebody is, beside the tokens of the people file. Persons, roles and regions stay there; these
-- belong to an id of it.

-- `password`: a scrypt hash with its parameters; empty: none is set. `code_secret`: of one-time codes, base32; empty:
-- none. `code_step`: the last one taken; a code counts once.
CREATE TABLE credentials(
    person TEXT PRIMARY KEY,
    password TEXT NOT NULL,
    code_secret TEXT NOT NULL,
    code_step INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Sessions of browsers, and tokens that people made for programs of theirs; by the hash of the secret.
-- `kind`: session, link, own_token. `roles`: JSON list; of a token alone.
CREATE TABLE logins(
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    reads_only INTEGER NOT NULL,
    second_factor INTEGER NOT NULL,
    remote TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One-time links. `kind`: set (password and second factor), login.
CREATE TABLE account_links(
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    person TEXT NOT NULL,
    code_secret TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_links_of_person ON account_links(person);

-- Wrong log-ins in a row, by account and by address, also of accounts that do not exist.
CREATE TABLE login_tries(
    name TEXT PRIMARY KEY,
    wrong INTEGER NOT NULL,
    last INTEGER NOT NULL,
    paused_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
