# audit: the full reconciliation beside one hash full join, in one session of the
# server, by a script of its own; once, because it takes its own medians.

audit_round() {
    local ratio base over

    [ "$ROUND" = 1 ] || return 0
    ROWS=$ROWS PAYRUN=$PAYRUN bench/reconcile.sh >"$S/audit.out" 2>"$S/err" || {
        note "the audit did not run: $(tail -n 1 "$S/err")"
        return 0
    }
    ratio=$(sed -n 's/^reconcile ratio=\([0-9.]*\) .*/\1/p' "$S/audit.out")
    base=$(sed -n 's/^reconcile .*base=\([0-9.]*\).*/\1/p' "$S/audit.out")
    over=$(sed -n 's/^reconcile .*over_floor=\([0-9.]*\).*/\1/p' "$S/audit.out")
    [ -n "$ratio" ] && [ -n "$over" ] || { note "bench/reconcile.sh told no ratio"; return 0; }
    record audit.base "$(awk "BEGIN { print $base * 1000000 }")"
    record audit.payrun "$(awk "BEGIN { print $base * $ratio * 1000000 }")"
    record audit.floor "$(awk "BEGIN { print $base * $ratio / $over * 1000000 }")"
}

audit_plan() {
    why "audit" "a join that also compares what must be compared is the floor: the line below"
    per "audit: payrun / one bare hash full join" audit.payrun audit.base '<=' 1.3
    per "audit: payrun / one hash full join that compares" audit.payrun audit.floor '<=' 1.3
    plan time "audit, the hash full join alone" audit.base "$ROWS"
    plan time "audit, payrun" audit.payrun "$ROWS"
}
