# usage: awk -v part=targets|times|memory|guard [-v slack=N] -f table.awk RAW PLAN
#
# RAW:  round, name, wall us, CPU us, peak KiB   (what was measured)
# PLAN: what to make of it, one line each, tab-separated:
#   ratio  TITLE NUM NUM-ROWS DEN DEN-ROWS START OP TARGET
#          of each round (NUM - START) / NUM-ROWS : (DEN - START) / DEN-ROWS;
#          START may be "-"; OP is >= or <= TARGET, or ~: within TARGET of 1
#   limit  TITLE NAME OP MAX [UNIT]   the median of NAME / 1000 (us: ms) against MAX
#   why    TITLE TEXT           before them: what stands in the way of the targets
#                               whose titles begin so, if they are not met
#   memory TITLE NAME MIB       the largest peak of all rounds against MIB
#   time   TITLE NAME ROWS      for the table of times; ROWS may be "-"
BEGIN { FS = "\t" }

NR == FNR {                     # several in one round: their mean
    n = ++times[$2, $1]
    wall[$2, $1] += ($3 - wall[$2, $1]) / n
    cpu[$2, $1] += ($4 - cpu[$2, $1]) / n
    if ($5 > peak[$2]) peak[$2] = $5
    seen[$2] = 1
    if ($1 > rounds) rounds = $1
    next
}

# Sorts v[1..n]; sets low, mid and high.
function spread(v, n,    i, j, x) {
    for (i = 2; i <= n; i++) {
        x = v[i]
        for (j = i - 1; j > 0 && v[j] > x; j--) v[j + 1] = v[j]
        v[j + 1] = x
    }
    low = v[1]
    high = v[n]
    mid = n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function verdict(r, op, target) {
    if (op == ">=") return r >= target ? "met" : "NOT MET"
    if (op == "<=") return r <= target ? "met" : "NOT MET"
    return r >= 1 - target && r <= 1 + target ? "met" : "NOT MET"
}

# "NOT MET: why", when somebody has measured why.
function because(title, said,    t, best) {
    if (said == "met") return said
    for (t in reason)
        if (index(title, t) == 1 && length(t) > length(best)) best = t
    return best == "" ? said : said ": " reason[best]
}

function goal(op, target) {
    return op == "~" ? "1 ± " target : (op == ">=" ? "≥ " : "≤ ") target
}

function net(name, round, start) {
    return wall[name, round] - (start == "-" ? 0 : wall[start, round])
}

function seconds(us) {
    if (us >= 1000000) return sprintf("%.2f s", us / 1000000)
    return sprintf(us >= 100000 ? "%.0f ms" : "%.2f ms", us / 1000)
}

function count(n,    s) {
    for (s = ""; length(n) > 3; n = substr(n, 1, length(n) - 3))
        s = "," substr(n, length(n) - 2) s
    return n s
}

$1 == "why" { reason[$2] = $3 }

# Only that is a failure which misses its target by so much that it is no noise.
part == "guard" && $1 == "ratio" && $8 != "~" && ($3 in seen) && ($5 in seen) {
    for (r = 1; r <= rounds; r++)
        v[r] = (net($3, r, $7) / $4) / (net($5, r, $7) / $6)
    spread(v, rounds)
    if ($8 == ">=" ? mid * slack < $9 : mid > $9 * slack) {
        printf "%s: %.2f, and the target is %s\n", $2, mid, goal($8, $9)
        failed = 1
    }
}

part == "targets" && $1 == "ratio" {
    if (!head++) {
        print "| what | ratio: median | min | max | target | |"
        print "|---|---:|---:|---:|---:|---|"
    }
    if (!($3 in seen) || !($5 in seen)) {
        printf "| %s | – | – | – | %s | not run |\n", $2, goal($8, $9)
        next
    }
    for (r = 1; r <= rounds; r++)
        v[r] = (net($3, r, $7) / $4) / (net($5, r, $7) / $6)
    spread(v, rounds)
    printf "| %s | **%.2f** | %.2f | %.2f | %s | %s |\n", $2, mid, low, high,
           goal($8, $9), because($2, verdict(mid, $8, $9))
}

part == "targets" && $1 == "limit" {
    unit = $6 != "" ? $6 : "ms"
    if (!($3 in seen)) {
        printf "| %s | – | – | – | %s %s | not run |\n", $2, goal($4, $5), unit
        next
    }
    for (r = 1; r <= rounds; r++) v[r] = wall[$3, r] / 1000
    spread(v, rounds)
    printf "| %s | **%.1f %s** | %.1f | %.1f | %s %s | %s |\n", $2, mid, unit,
           low, high, goal($4, $5), unit, because($2, verdict(mid, $4, $5))
}

part == "memory" && $1 == "memory" && ($3 in seen) {
    if (!head++) {
        print "| what | largest peak, MiB | target | |"
        print "|---|---:|---:|---|"
    }
    printf "| %s | %.1f | ≤ %s | %s |\n", $2, peak[$3] / 1024, $4,
           verdict(peak[$3] / 1024, "<=", $4)
}

part == "times" && $1 == "time" && ($3 in seen) {
    if (!head++) {
        print "| what | wall: median | min | max | CPU: median | rows/s |"
        print "|---|---:|---:|---:|---:|---:|"
    }
    for (r = 1; r <= rounds; r++) v[r] = cpu[$3, r]
    spread(v, rounds)
    own = high > 0 ? seconds(mid) : "–"
    for (r = 1; r <= rounds; r++) v[r] = wall[$3, r]
    spread(v, rounds)
    printf "| %s | %s | %s | %s | %s | %s |\n", $2, seconds(mid), seconds(low),
           seconds(high), own,
           $4 == "-" ? "–" : count(sprintf("%d", $4 * 1000000 / mid))
}

END { exit failed }
