# usage: awk -v part=targets|floors|times|memory|guard [-v slack=N] \
#            -f table.awk RAW PLAN
#
# RAW:  round, name, wall us, CPU us, peak KiB   (what was measured)
# PLAN: what to make of it, one line each, tab-separated:
#   ratio  TITLE NUM NUM-ROWS DEN DEN-ROWS START OP TARGET
#          of each round (NUM - START) / NUM-ROWS : (DEN - START) / DEN-ROWS;
#          START may be "-"; OP is >= or <= TARGET, or ~: within TARGET of 1
#   limit  TITLE NAME OP MAX [UNIT]   the median of NAME / 1000 (us: ms) against MAX
#   why    TITLE TEXT           before them: what stands in the way of the targets
#                               whose titles begin so, if they are not met
#   floor  TITLE NAME ROWS TEXT  before them: what cannot be left out, measured as
#          NAME (of ROWS rows; "-": as many as payrun); in the targets whose
#          titles begin so it takes payrun's place: NUM of <=, DEN of >=
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

# The ratios of the rounds that have both.
function ratios(num, num_rows, den, den_rows, start,    r, n, v) {
    for (r = 1; r <= rounds; r++)
        if (((num, r) in wall) && ((den, r) in wall))
            v[++n] = net(num, r, start) / num_rows \
                     / (net(den, r, start) / den_rows)
    spread(v, n)
    return n
}

# The same for one figure as it is, divided by ${by}.
function figures(name, by, what,    r, n, v) {
    for (r = 1; r <= rounds; r++)
        if ((name, r) in wall)
            v[++n] = (what == "cpu" ? cpu[name, r] : wall[name, r]) / by
    spread(v, n)
    return n
}

# What floor k makes of the target in $0, in floor_is; 0: nothing.
function floored(k,    n, m, l, h) {
    if (index($2, below[k]) != 1 || !(base[k] in seen) || $8 == "~") return 0
    m = mid; l = low; h = high
    if ($1 == "limit") n = figures(base[k], 1000)
    else if ($8 == "<=")
        n = ratios(base[k], rows_of(k, $4), $5, $6, $7)
    else
        n = ratios($3, $4, base[k], rows_of(k, $6), $7)
    floor_is = mid
    mid = m; low = l; high = h
    return n
}

function rows_of(k, same) { return base_rows[k] == "-" ? same : base_rows[k] }

# "NOT MET: why": what stands in the way, and how far one would get without the rest.
function because(said, op, target,    t, best, k, floors) {
    if (said == "met") return said
    for (t in reason)
        if (index($2, t) == 1 && length(t) > length(best)) best = t
    for (k = 1; k <= nfloors; k++) {
        if (!floored(k)) continue
        floors = floors (floors == "" ? "" : "; ") \
            (verdict(floor_is, op, target) == "met" ? "floor " \
             : "its **floor misses it, too**: ") \
            sprintf("%.2f%s, ", floor_is, unit_of()) why_floor[k]
    }
    if (floors != "" && best != "") floors = floors ". "
    if (best == "" && floors == "") return said
    return said (floors == "" ? ": " : "; ") floors reason[best]
}

function verdict_of(op, target) {
    return because(verdict(mid, op, target), op, target)
}

function unit_of() {
    return $1 != "limit" ? "" : " " ($6 != "" ? $6 : "ms")
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
$1 == "floor" {
    below[++nfloors] = $2
    base[nfloors] = $3
    base_rows[nfloors] = $4
    why_floor[nfloors] = $5
}

# The floors of all targets, met or not.
part == "floors" && ($1 == "ratio" || $1 == "limit") && ($3 in seen) \
        && ($1 == "limit" || ($5 in seen)) {
    for (k = 1; k <= nfloors; k++) {
        if (!floored(k)) continue
        if (!head++) print "| what | target | floor | which is |\n|---|---|---:|---|"
        printf "| %s | %s%s | %.2f%s | %s |\n", $2, $1 == "limit" \
               ? goal($4, $5) : goal($8, $9), unit_of(), floor_is, unit_of(),
               why_floor[k]
    }
}

# Only that is a failure which misses its target by so much that it is no noise.
part == "guard" && $1 == "ratio" && $8 != "~" && ($3 in seen) && ($5 in seen) {
    ratios($3, $4, $5, $6, $7)
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
    ratios($3, $4, $5, $6, $7)
    printf "| %s | **%.2f** | %.2f | %.2f | %s | %s |\n", $2, mid, low, high,
           goal($8, $9), verdict_of($8, $9)
}

part == "targets" && $1 == "limit" {
    unit = $6 != "" ? $6 : "ms"
    if (!($3 in seen)) {
        printf "| %s | – | – | – | %s %s | not run |\n", $2, goal($4, $5), unit
        next
    }
    figures($3, 1000)
    printf "| %s | **%.1f %s** | %.1f | %.1f | %s %s | %s |\n", $2, mid, unit,
           low, high, goal($4, $5), unit, verdict_of($4, $5)
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
    figures($3, 1, "cpu")
    own = high > 0 ? seconds(mid) : "–"
    figures($3, 1)
    printf "| %s | %s | %s | %s | %s | %s |\n", $2, seconds(mid), seconds(low),
           seconds(high), own,
           $4 == "-" ? "–" : count(sprintf("%d", $4 * 1000000 / mid))
}

END { exit failed }
