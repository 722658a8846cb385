-- wrk's requests of stage_callbacks.sh: IntaSend's callback about a file, each one
-- about another, so that none is a repetition.  usage: ... -- PREFIX CHALLENGE
local n = 0
local head, tail

function init(args)
    head = '{"file_id":"F' .. args[1] .. 'X'
    tail = '","tracking_id":"00000000-0000-4000-8000-000000000001",'
        .. '"batch_reference":"R-2026-11-A/1","status":"Processing payment",'
        .. '"status_code":"BP109","transactions":[{"transaction_id":"Y000001",'
        .. '"status":"Pending","status_code":"TP102","request_reference_id":'
        .. '"00000000-0000-4000-8000-000000000002","name":"Jane Doe",'
        .. '"account":"254708374149","amount":"1000.00","narrative":"Salary"}],'
        .. '"challenge":"' .. args[2] .. '"}'
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    n = n + 1
    return wrk.format(nil, nil, nil, head .. n .. tail)
end

function done(summary, latency)
    local e = summary.errors

    io.write(string.format("bench %d %d %d %d %d\n", summary.requests,
        summary.duration, e.status + e.connect + e.read + e.write + e.timeout,
        latency:percentile(50), latency:percentile(99)))
end
