-- An expert's audit, step 0: where its steps, on one connection or two, leave what they find.
set client_min_messages = warning;
drop schema if exists peer cascade;
create schema peer;
create unlogged table peer.doubtful_found (request_id :id_type);
