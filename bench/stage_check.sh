# check: `payrun check` beside the same checks written in Python and for node.

# gist FILE: what a check found, in one line, whoever checked.
gist() {
    jq -r '[.rows, .good_rows,
            (.good_minor // (.good_total | gsub("[.]"; "") | tonumber)),
            (.problems[] | if type == "array" then .[] else .code, .line end)
           ] | map(tostring) | join(" ")' "$1"
}

check_payrun() {
    measure "check.$1" "$2" "$PAYRUN" check "$W/$1.csv" --json --dir "$STATE"
}

check_by() {
    case $1 in
    payrun) check_payrun "$ROWS" 1 ;;
    python) measure check.python 1 "$PYTHON" bench/rivals/check.py \
                "$W/$ROWS.csv" ;;
    node)   measure check.node 1 "$NODE" bench/rivals/check.js \
                "$MODULES/csv-parse" "$W/$ROWS.csv" ;;
    esac
    local found
    found=$(gist "$S/out")
    [ "${CHECKED:=$found}" = "$found" ] || die "$1 found: $found; not $CHECKED"
}

# A rival that overlooks mistakes is none.
check_setup() {
    local ours theirs

    CHECKERS=(payrun)
    [ -z "$PYTHON" ] || CHECKERS+=(python)
    [ -z "$NODE" ] || CHECKERS+=(node)
    "$PAYRUN" template --rows 10000 --seed 1 --mistakes >"$W/mistakes.csv"
    "$PAYRUN" check "$W/mistakes.csv" --json --dir "$STATE" \
        --rejects "$S/rejects.csv" >"$S/out" && die "no mistakes found"
    ours=$(gist "$S/out")
    for rival in "${CHECKERS[@]}"; do
        case $rival in
        payrun) continue ;;
        python) "$PYTHON" bench/rivals/check.py "$W/mistakes.csv" >"$S/out" ;;
        node)   "$NODE" bench/rivals/check.js "$MODULES/csv-parse" \
                    "$W/mistakes.csv" >"$S/out" ;;
        esac
        theirs=$(gist "$S/out")
        [ "$ours" = "$theirs" ] || die "other mistakes: $rival finds $theirs," \
            "payrun finds $ours"
    done
}

check_round() {
    for who in $(rotated "${CHECKERS[@]}"); do
        check_by "$who"
    done
    check_payrun 1 20
    check_payrun $SMALL 10
    check_payrun $MIDDLE 2
}

check_plan() {
    per "check: Python's csv / payrun" check.python "check.$ROWS" '>=' 6
    per "check: node csv-parse / payrun" check.node "check.$ROWS" '>=' 6
    linear check check "check.1"
    for n in $SMALL $MIDDLE "$ROWS"; do
        plan memory "check, $(rows "$n")" "check.$n" $MIB_MAX
    done
    for n in 1 $SMALL $MIDDLE "$ROWS"; do
        plan time "payrun check, $(rows "$n")" "check.$n" "$n"
    done
    plan time "Python's csv, the same checks" check.python "$ROWS"
    plan time "node csv-parse, the same checks" check.node "$ROWS"
}
