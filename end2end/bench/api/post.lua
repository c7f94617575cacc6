-- wrk: one viewer's player reports where it is, in one of twenty files.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local n = 0
local body = '{"info_hash":"dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c","file_index":%d,"position_seconds":%d,"duration_seconds":5400}'
request = function()
  n = n + 1
  return wrk.format(nil, nil, nil, string.format(body, n % 20, n % 5400))
end
-- wrk: says how many answers were no success, whatever the method.
done = function(summary)
  local errors = summary.errors
  io.write(string.format("failed %d\n", errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
