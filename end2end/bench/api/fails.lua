-- wrk: says how many answers were no success, whatever the method.
done = function(summary)
  local errors = summary.errors
  io.write(string.format("failed %d\n", errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
