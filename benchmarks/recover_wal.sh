#!/usr/bin/env bash
# Recover a PostgreSQL cluster of its own to a moment, from a base backup and its archived write-ahead log (docs/keeping.md).
# As root; needs PostgreSQL's server programs and the user postgres. Prints the rows found: 2000.
set -euo pipefail
B=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
D=$(mktemp -d /tmp/linli-wal.XXXXXX)
mkdir "$D/archive" "$D/base"
chown -R postgres "$D"
P() { su postgres -c "PATH=$B:\$PATH; cd $D; $*"; }
P "initdb -D $D/live -A trust >/dev/null"
cat >> $D/live/postgresql.conf <<C
port = 54999
unix_socket_directories = '$D'
wal_level = replica
archive_mode = on
archive_command = 'test ! -f $D/archive/%f && cp %p $D/archive/.%f && mv $D/archive/.%f $D/archive/%f'
archive_timeout = 60
C
P "pg_ctl -D $D/live -w -l $D/log start >/dev/null"
Q="psql -h $D -p 54999 -U postgres -qAt"
P "$Q -c 'create table t(n int)' ; $Q -c 'insert into t select generate_series(1,1000)'"
P "pg_basebackup -h $D -p 54999 -D $D/base/1 --checkpoint=fast --wal-method=stream --manifest-checksums=SHA256"
P "pg_verifybackup $D/base/1"
P "$Q -c 'insert into t select generate_series(1001,2000)'"
sleep 1; T=$(P "$Q -c 'select clock_timestamp()'"); sleep 1
P "$Q -c 'delete from t'; $Q -c 'select pg_switch_wal()' >/dev/null"
sleep 2; P "pg_ctl -D $D/live -w -m immediate stop >/dev/null"; rm -rf $D/live
P "cp -a $D/base/1 $D/live"
cat >> $D/live/postgresql.conf <<C
restore_command = 'cp $D/archive/%f %p'
recovery_target_time = '$T'
recovery_target_action = 'promote'
C
P "touch $D/live/recovery.signal; pg_ctl -D $D/live -w -t 60 -l $D/log start >/dev/null"
for i in 1 2 3 4 5 6 7 8 9 10; do [ "$(P "$Q -c 'select pg_is_in_recovery()'")" = f ] && break; sleep 1; done
echo "rows after recovery to $T: $(P "$Q -c 'select count(*) from t'")"
P "pg_ctl -D $D/live -w -m fast stop >/dev/null"; rm -rf $D
