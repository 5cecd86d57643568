/** What other programs and people may do to a database's schema, and what is said of it then. */
export const alterations = [
  { sql: 'drop table sessions', said: 'the index sessions_grant_id is missing' },
  { sql: 'drop index sign_ins_expires_at_ms', said: 'the index sign_ins_expires_at_ms is missing' },
  { sql: 'alter table users add column age text', said: 'the table users is another' },
  { sql: 'create table notes (id text)', said: 'the table notes does not belong there' },
  { sql: 'create trigger evil after insert on users begin delete from grants; end', said: 'the trigger evil does not belong there' },
  { sql: 'create virtual table evil using fts5 (body)', said: 'the table evil does not belong there' },
  {
    // Whoever reads it never comes back.
    sql: 'drop table facts; create view facts as with recursive n (i) as (select 1 union all select i + 1 from n) select i as name, i as value from n',
    said: 'the index sqlite_autoindex_facts_1 is missing',
  },
] as const
