# audit: the full reconciliation beside one hash full join, in one session of the
# server, by a script of its own; once, because it takes its own medians.

audit_round() {
    local name value ratio= bare= join= base= indexed=

    [ "$ROUND" = 1 ] || return 0
    ROWS=$ROWS PAYRUN=$PAYRUN bench/reconcile.sh >"$S/audit.out" 2>"$S/err" || {
        note "the audit did not run: $(tail -n 1 "$S/err")"
        return 0
    }
    while IFS='=' read -r name value; do
        case $name in ratio | bare | join | base | indexed) declare "$name=$value" ;; esac
    done < <(sed -n 's/^reconcile //p' "$S/audit.out" | tr ' ' '\n')
    [ -n "$ratio" ] && [ -n "$bare" ] && [ -n "$join" ] && [ -n "$base" ] && [ -n "$indexed" ] || {
        note "bench/reconcile.sh told no ratio"
        return 0
    }
    # both ratios are medians of their own, so payrun's time is told once beside each
    record audit.join "$(awk "BEGIN { print $join * 1000000 }")"
    record audit.payrun "$(awk "BEGIN { print $join * $ratio * 1000000 }")"
    record audit.base "$(awk "BEGIN { print $base * 1000000 }")"
    record audit.beside "$(awk "BEGIN { print $base * $bare * 1000000 }")"
    record audit.indexed "$(awk "BEGIN { print $indexed * 1000000 }")"
}

audit_plan() {
    per "audit: payrun / one hash full join of all four, that compares" audit.payrun audit.join '<=' 1.3
    per "audit: payrun / one bare hash full join of three" audit.beside audit.base '<=' 1.3
    floor "audit: payrun / one bare hash full join of three" audit.join \
        'the same join of all four tables, with what must be compared'
    per "audit: that join in order of covering indexes / hashed" audit.indexed audit.join '<=' 0.65
    why "audit: that join" "payrun makes no such indexes: lines would take longer to take in"
    plan time "audit, the bare hash full join" audit.base "$ROWS"
    plan time "audit, the one that compares" audit.join "$ROWS"
    plan time "audit, payrun" audit.payrun "$ROWS"
}
