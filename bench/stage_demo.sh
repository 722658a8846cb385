# demo: everything a visitor sees, with the sandbox's own waits.
DEMO_ROWS=12000

demo_round() {
    measure demo 1 "$PAYRUN" demo --rows $DEMO_ROWS --json
    [ "$(jq .same "$S/out")" = true ] || die "the demo's books differ"
}

demo_plan() { plan time "payrun demo, $(rows $DEMO_ROWS)" demo $DEMO_ROWS; }
