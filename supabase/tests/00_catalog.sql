-- The rules that hold for every table, policy, right and function of ours, asked of the catalogue. They are in
-- `rules/`, each with SQL that breaks it.
begin;
\ir helpers.psql
\ir rules/language.psql
\ir rules/lists.psql
\ir rules/tables.psql
\ir rules/rights.psql
\ir rules/policies.psql
\ir rules/functions.psql
select plan((select count(*)::integer from tests.rules));
select is_empty(r.query, r.rule) from tests.rules r order by r.number;
select * from finish();
rollback;
