-- wrk's requests of stage_submit.sh: one body again and again.
-- usage: ... -- BODY-FILE
function init(args)
    local file = assert(io.open(args[1], "rb"))

    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = file:read("*a")
    file:close()
end

function done(summary)
    local e = summary.errors

    io.write(string.format("bench %d %d %d\n", summary.requests,
        summary.duration, e.status + e.connect + e.read + e.write + e.timeout))
end
