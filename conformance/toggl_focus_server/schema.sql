-- Timestamps are microseconds since the epoch in UTC. What the operations cannot change of a task is one JSON document.

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    api_key TEXT NOT NULL UNIQUE,
    timezone TEXT
);

CREATE TABLE organizations (id INTEGER PRIMARY KEY, name TEXT NOT NULL);

CREATE TABLE workspaces (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations,
    name TEXT NOT NULL,
    timezone TEXT
);

CREATE TABLE members (
    user_id INTEGER NOT NULL REFERENCES users,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    PRIMARY KEY (user_id, workspace_id)
) WITHOUT ROWID;

CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    status_id INTEGER NOT NULL,
    document TEXT NOT NULL
);

-- no row is ever removed (D12), so an id is never given twice
CREATE TABLE blocks (
    id INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    task_id INTEGER NOT NULL REFERENCES tasks,
    toggl_user_id INTEGER NOT NULL REFERENCES users,
    start INTEGER NOT NULL,
    duration INTEGER,
    timezone TEXT,
    description TEXT,
    calendar_event_id INTEGER,
    has_time_entry INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    completed_at INTEGER,
    archived_at INTEGER,
    deleted_at INTEGER
);

CREATE INDEX blocks_of_task ON blocks (task_id);
CREATE INDEX blocks_of_workspace ON blocks (workspace_id);
