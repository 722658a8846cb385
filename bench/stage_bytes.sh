# bytes: a batch written and a reply read, beside jansson trees and node.

bytes_round() {
    "$W/bytes" "$W/batch.csv" "$W" >"$S/ns"
    [ -z "$NODE" ] || "$NODE" bench/rivals/json.js "$W" 25 >>"$S/ns"
    awk -v round="$ROUND" '{
        printf "%s\t%s\t%.3f\t0\t0\n", round, $1, $2 / 1000
    }' "$S/ns" >>"$RAW"
}

bytes_plan() {
    per "write a batch: jansson / payrun" write.jansson write.payrun '>=' 10
    per "write a batch: JSON.stringify / payrun" write.node write.payrun \
        '>=' 3
    per "read a reply: jansson / payrun" read.jansson read.payrun '>=' 10
    per "read a reply: JSON.parse / payrun" read.node read.payrun '>=' 2
    for who in payrun jansson node; do
        plan time "write a batch: $who" "write.$who" $BATCH_ROWS
        plan time "read a reply: $who" "read.$who" $BATCH_ROWS
    done
}
