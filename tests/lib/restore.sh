# An old backup comes back in the middle of a run: what 51 and 52 have in common.
# PROVIDER says which protocol.  Sourced behind story.sh.

DATA=$DIR/postgres/data

db_stop() { p db down >>"$LOG.db" 2>&1; }
db_start() { p db up >>"$LOG.db" 2>&1; URL=$(p db url); }

backup_take() {         # backup_take NAME: of the data directory, the server down
    db_stop && cp -a "$DATA" "$S/backup.$1" && db_start
}

backup_restore() {      # backup_restore NAME
    db_stop && rm -rf "$DATA" && cp -a "$S/backup.$1" "$DATA" && db_start
}

# How many payments moved money, by the books of who paid them.
paid_there() {
    if [ "${PROVIDER:-intasend}" = sapama ]; then books_sapama summary
    else books summary; fi | jq -r .payments
}

held() { p lineage --json | jq -r '.hold // 0'; }

lift() {        # lift: asked, proposed by one, agreed to by another
    p lineage --ask >"$S/asked" 2>&1
    as amina lineage --propose --reason "restored from last night" &&
        as brian lineage --agree
}
