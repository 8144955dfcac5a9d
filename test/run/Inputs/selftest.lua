-- Exercises the interpreter: every check counts; the last line says how many there were.
local checks = 0
local function check(what, condition)
  if not condition then error("failed: " .. what, 2) end
  checks = checks + 1
end
local function fails(what, f, ...) check(what, not pcall(f, ...)) end

-- integers and floats
check("wrap", math.maxinteger + 1 == math.mininteger)
check("idiv", -7 // 2 == -4 and 7 // -2 == -4 and -7 % 3 == 2 and 7 % -3 == -2)
check("fdiv", 7.5 // 2 == 3.0 and -7.5 % 2 == 0.5 and 5.3 % math.huge == 5.3)
check("bits", 0xF0 & 0x3C == 0x30 and 0xF0 | 0x0F == 0xFF and 5 ~ 3 == 6 and ~0 == -1)
check("shift", 1 << 63 == math.mininteger and -1 >> 63 == 1 and 1 << 64 == 0 and 2 >> -1 == 4)
check("compare", 1 == 1.0 and math.type(1) ~= math.type(1.0) and 2^53 == 2^53 | 0)
check("mixed", 1 < 1.5 and -1 > -1.5 and math.mininteger <= -2^63 and math.maxinteger < 2^63)
check("nan", 0/0 ~= 0/0 and not (0/0 < 1) and not (0/0 >= 1))
check("power", 2^10 == 1024.0 and 2^0.5 == math.sqrt(2) and (-2)^2 == 4.0)
check("tostring", tostring(1e15) == "1e+15" and tostring(0.1) == "0.1" and tostring(-0.0) == "-0.0")
check("tonumber", tonumber("0x1p4") == 16.0 and tonumber("  10  ") == 10 and tonumber("z", 36) == 35 and tonumber("1e") == nil)
check("hexfloat", 0x.8p1 == 1.0 and 0xA.8 == 10.5)
check("tointeger", math.tointeger(3.0) == 3 and math.tointeger(3.5) == nil)
fails("tointeger", function() return 1.5 | 1 end)
fails("divide", function() return 1 // 0 end)

-- strings
check("format", string.format("%5.2f|%-5d|%05d|%x|%q|%s", 3.14159, 42, 42, 255, "a\nb", nil) == " 3.14|42   |00042|ff|\"a\\\nb\"|nil")
check("g", string.format("%g %g %.3g %a", 1e20, 0.1, 1234.5, 1.0) == "1e+20 0.1 1.23e+03 0x1p+0")
check("find", select(2, ("hello world"):find("o w")) == 7 and ("a.b"):find(".", 1, true) == 2)
check("match", ("key = value"):match("^(%w+)%s*=%s*(%w+)$") == "key")
check("gsub", ("hello world"):gsub("o", "0") == "hell0 w0rld" and ("abc"):gsub("%w", "%0%0") == "aabbcc")
check("gsubfn", ("$a $b"):gsub("%$(%w)", { a = "1", b = "2" }) == "1 2")
check("balance", ("f(a(b)c)d"):match("%b()") == "(a(b)c)")
check("frontier", ("THE (quick) fox"):find("%f[%a]%a+%f[%A]") == 1)
check("rep", ("ab"):rep(3, ",") == "ab,ab,ab" and (""):rep(100) == "")
check("byte", ("A"):byte() == 65 and string.char(72, 105) == "Hi" and #"\0\0" == 2)
check("sub", ("hello"):sub(-3, -2) == "ll" and ("hello"):sub(2) == "ello" and ("x"):sub(5) == "")
check("pack", string.unpack("<i4", string.pack("<i4", -2)) == -2 and string.packsize("!8i4i8") == 16)
check("packd", string.unpack(">d", string.pack(">d", 1.5)) == 1.5 and string.pack("z", "hi") == "hi\0")
check("utf8", utf8.len("äöü") == 3 and utf8.char(228, 8364) == "ä€" and utf8.codepoint("€") == 8364)
check("escape", "\65\x42\u{43}\z
   D" == "ABCD")
check("order", "a" < "b" and "a" < "aa" and not ("Z" > "a"))
check("concat", 1 .. 2 == "12" and 1.5 .. "" == "1.5")

-- tables
local t = {}
for i = 1, 1000 do t[i] = i * i end
check("array", #t == 1000 and t[500] == 250000)
for i = 1000, 2, -1 do t[i] = nil end
check("shrink", #t == 1)
local words = { "pear", "apple", "fig", "banana", "cherry" }
table.sort(words)
check("sort", table.concat(words, " ") == "apple banana cherry fig pear")
table.sort(words, function(a, b) return #a < #b or (#a == #b and a > b) end)
check("sortfn", words[1] == "fig" and words[5] == "banana")
check("move", table.concat(table.move({ 1, 2, 3 }, 1, 3, 2), ",") == "1,1,2,3")
check("unpack", select("#", table.unpack({ 1, nil, 3 }, 1, 3)) == 3 and select(-1, 1, 2, 3) == 3)
check("insert", (function() local x = { 1, 3 }; table.insert(x, 2, 2); return table.remove(x, 1) + #x end)() == 3)
local count = 0
for k, v in pairs({ 10, 20, x = 1, y = 2, [2.5] = 3 }) do count = count + v end
check("pairs", count == 36)
fails("badsort", function() table.sort({ 3, 1, "x" }) end)

-- functions, closures, varargs, goto
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
check("fib", fib(20) == 6765)
local function counter() local n = 0; return function() n = n + 1; return n end end
local c1, c2 = counter(), counter()
c1(); c1()
check("closure", c1() == 3 and c2() == 1)
check("varargs", (function(...) local a, b = ...; return select("#", ...) + a + b end)(1, 2, 3) == 6)
local function tail(n) if n == 0 then return "done" end return tail(n - 1) end
check("tail", tail(100000) == "done")
do
  local i, sum = 1, 0
  ::again::
  sum = sum + i
  i = i + 1
  if i <= 10 then goto again end
  check("goto", sum == 55)
end
local fs = {}
for i = 1, 3 do fs[i] = function() return i end end
check("fresh", fs[1]() == 1 and fs[3]() == 3)
check("for", (function() local n = 0; for i = 10, 1, -3 do n = n + i end return n end)() == 22)
check("forfloat", (function() local n = 0; for i = 0, 1, 0.25 do n = n + 1 end return n end)() == 5)
local closed = {}
do
  local a <close> = setmetatable({}, { __close = function() closed[#closed + 1] = "a" end })
  local b <close> = setmetatable({}, { __close = function() closed[#closed + 1] = "b" end })
  local k <const> = 5
end
check("close", closed[1] == "b" and closed[2] == "a")

-- metatables
local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({ x = a.x + b.x }, V) end
V.__eq = function(a, b) return a.x == b.x end
V.__lt = function(a, b) return a.x < b.x end
V.__le = function(a, b) return a.x <= b.x end
V.__len = function(a) return a.x end
V.__call = function(self, y) return self.x * y end
V.__tostring = function(a) return "V(" .. a.x .. ")" end
V.__concat = function(a, b) return "cat" end
V.__unm = function(a) return setmetatable({ x = -a.x }, V) end
local function v(x) return setmetatable({ x = x }, V) end
check("meta", (v(1) + v(2)).x == 3 and v(1) == v(1) and v(1) < v(2) and v(2) <= v(2) and #v(7) == 7)
check("meta2", v(3)(4) == 12 and tostring(v(5)) == "V(5)" and v(1) .. "x" == "cat" and (-v(2)).x == -2)
local log = {}
local proxy = setmetatable({}, { __index = function(_, k) return k .. "!" end, __newindex = function(_, k, x) log[k] = x end })
proxy.a = 1
check("proxy", proxy.b == "b!" and log.a == 1 and rawget(proxy, "a") == nil)

-- errors and coroutines
local ok, e = pcall(error, { code = 42 })
check("error", not ok and e.code == 42)
check("xpcall", select(2, xpcall(function() error("deep") end, function(m) return "caught " .. m:match("deep") end)) == "caught deep")
check("position", select(2, pcall(function() local x; return x.y end)):match("selftest.lua:%d+: attempt to index a nil value"))
check("overflow", not pcall(function() local function f() return f() + 1 end return f() end))
local co = coroutine.create(function(a, b)
  local c = coroutine.yield(a + b)
  local d, f = coroutine.yield(c * 2)
  return d + f
end)
check("resume", select(2, coroutine.resume(co, 1, 2)) == 3)
check("resume2", select(2, coroutine.resume(co, 10)) == 20)
check("resume3", select(2, coroutine.resume(co, 3, 4)) == 7 and coroutine.status(co) == "dead")
local primes = coroutine.wrap(function()
  for n = 2, 100 do
    local prime = true
    for d = 2, math.floor(math.sqrt(n)) do if n % d == 0 then prime = false break end end
    if prime then coroutine.yield(n) end
  end
end)
local sum = 0
for p in primes do sum = sum + p end
check("wrap", sum == 1060)
check("yield across pcall", coroutine.wrap(function() return select(2, pcall(coroutine.yield, 1)) end)() == 1)

-- loading, garbage, libraries
check("load", load("return 1 + ...")(2) == 3 and load("syntax error here") == nil)
check("dump", load(string.dump(function(a) return a * 2 end))(21) == 42)
check("env", load("x = 1; return x", "chunk", "t", {})() == 1 and x == nil)
local weak = setmetatable({}, { __mode = "k" })
weak[{}] = 1
local finalized = false
do setmetatable({}, { __gc = function() finalized = true end }) end
collectgarbage()
collectgarbage()
check("gc", next(weak) == nil and finalized)
for i = 1, 20000 do local s = { tostring(i), { i } } end
check("memory", collectgarbage("count") > 0)
collectgarbage("generational")
for i = 1, 20000 do local s = { tostring(i), { i } } end
collectgarbage("incremental")
check("math", math.floor(-3.5) == -4 and math.ceil(3.2) == 4 and math.abs(-0.0) == 0 and math.fmod(-7, 3) == -1)
check("trig", math.abs(math.sin(math.pi / 2) - 1) < 1e-15 and math.abs(math.exp(1) - 2.718281828459045) < 1e-15)
check("ult", math.ult(1, -1) and not math.ult(-1, 1))
math.randomseed(42)
local r = math.random(1, 100)
check("random", r >= 1 and r <= 100 and math.random() < 1)
check("date", os.date("!%Y-%m-%d", 86400) == "1970-01-02" and os.time() > 1e9)
local name = os.tmpname()
local f = assert(io.open(name, "w"))
f:write("line one\n", 42, " ", 1.5, "\n")
f:close()
f = assert(io.open(name))
check("io", f:read("l") == "line one" and f:read("n") == 42 and f:read("n") == 1.5)
check("seek", f:seek("set", 5) == 5 and f:read(3) == "one" and f:read("a") == "\n42 1.5\n" and f:read(1) == nil)
f:close()
os.remove(name)

-- numbers that need every bit right
local h = 0xcbf29ce484222325
for i = 1, 1000 do h = (h ~ (i & 255)) * 1099511628211 end
check("hash", h == 0x5c761ee45dd99ccd)
local function matrix(n)
  local m = {}
  for i = 1, n do m[i] = {} for j = 1, n do m[i][j] = (i * j) % 7 + 0.5 end end
  return m
end
local a, b, trace = matrix(20), matrix(20), 0
for i = 1, 20 do
  local s = 0
  for k = 1, 20 do s = s + a[i][k] * b[k][i] end
  trace = trace + s
end
check("matrix", trace == 6148.0)
print(checks .. " checks passed")
