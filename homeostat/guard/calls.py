"""Dangerous calls, by what they do: each with when it is refused."""

from __future__ import annotations

from homeostat.guard.shapes import ARGUMENTS, JAVASCRIPT, PHP, QUOTE, When, shape

_NODE = "(?:node:)?"

CALLS = {
    "runs text as code": shape(
        When.NEW,
        r"\bnew\s+(?:Shared)?Worker\s*\(\s*(?:URL\b|[\'\"`](?:data|blob|https?):)",
        r"\$\w+\s*\(\s*\$_(?:GET|POST|REQUEST|COOKIE)|\bReflection(?:Function|Method)\b",
        r"(?<![\w.$'\"-])eval\b(?!\w)(?!['\"])|\b(?:window|globalThis|global|self|this|builtins|top"
        r"|parent)\s*(?:\.|\?\.|\[\s*['\"`])\s*(?:eval|exec|Function)\b",
        r"(?<![\w.>$])exec\s*\((?!\s*\))",
        r"(?<![\w.$])(?:new\s+)?(?:Async|Generator)?Function\s*\(",
        r"\bvm\s*\.\s*(?:run\w*|Script|compileFunction|createContext|SourceTextModule)",
        rf"{QUOTE}{_NODE}vm2?{QUOTE}",
        rf"\bcompile\s*\({ARGUMENTS}['\"](?:exec|eval|single)['\"]",
        r"\bcreate_function\s*\(|\bassert\s*\(\s*(?:['\"]|\$_)"
        r"|preg_replace\s*\(\s*['\"](?P<edge>.).{0,200}(?P=edge)\w*e\w*['\"]",
        r"constructor\s*\.\s*constructor|\[\s*['\"`]constructor['\"`]\s*\]|\.constructor\s*\(\s*['\"`]",
        r"\bset(?:Timeout|Interval|Immediate)\s*\(\s*(?:['\"`]|[\w.]*\s*\+)",
        r"\b(?:instance_eval|class_eval|module_eval|binding\.eval)\b|\bScriptEngine\w*\b|\brunpy\b"
        r"|\bexecfile\s*\(",
        r"\bgetattr\s*\(\s*(?:builtins|__builtins__|os|sys|subprocess)\b|__builtins__"
        r"|__subclasses__|\bexecScript\b",
        r"['\"`]\s*javascript:|\bReflect\s*\.\s*construct\s*\(\s*Function|\bWebAssembly\s*\.",
        r"\bcall_user_func(?:_array)?\s*\(\s*\$_|\$_(?:GET|POST|REQUEST"
        r"|COOKIE)\s*\[[^\]\n]{1,60}\]\s*\(|\brender_template_string\b",
    ),
    "starts a program": shape(
        When.NEW,
        r"^[ \t]*import\s+[\w., ]{0,80}\b(?:pty|ctypes|cffi)\b",
        r"\bchild_process\b|\b(?:execSync|execFile|execFileSync|spawnSync|execaSync|execa)\b"
        r"|(?<![\w.])spawn\s*\(\s*['\"`]",
        r"\bsubprocess\b|\bos\s*\.\s*(?:system|popen\w*|exec[lv]\w*|spawn\w+|posix_spawn\w*"
        r"|startfile|fork)\b",
        r"\bfrom\s+os\s+import\s+[^\n]{0,80}\b(?:system|popen|exec\w+|spawn\w+)\b"
        r"|\bcreate_subprocess_\w+|\bcommands\.getoutput|\bpty\b\s*\.",
        r"\b(?:shell_exec|passthru|proc_open|pcntl_exec|pcntl_fork|popen)\s*\(|(?<![\w.>$])system\s*\(",
        r"\bshell\s*[=:]\s*[Tt]rue\b|\bRuntime\s*\.\s*getRuntime\s*\(\s*\)|\bProcessBuilder\b"
        r"|\bexec\s*\.\s*Command\w*\s*\(",
        r"\bProcess\s*\.\s*Start\b|\bProcessStartInfo\b|\bKernel\s*\.\s*(?:system|exec|spawn)"
        r"|%x[{(\[]|\bOpen3\b|\bCommand::new\s*\(",
        r"\b(?:Deno\s*\.\s*(?:run|Command)|Bun\s*\.\s*spawn\w*|WScript\s*\.\s*Shell|ActiveXObject"
        r"|shelljs)\b|\bcluster\s*\.\s*fork",
        r"\bsendNativeMessage\b|\bconnectNative\b|\bctypes\b|\bcffi\b|\bprocess\s*\.\s*(?:binding"
        r"|dlopen|_linkedBinding)\b",
    ),
    "runs a string in backticks as a program": shape(When.NEW, r"(?<![\\'\"`])`[^`\n]{1,300}`", suffixes=PHP),
    "talks to the network": shape(
        When.NEW,
        r"^[ \t]*import\s+[\w., ]{1,80},\s*(?:requests|httpx|aiohttp|socket|ftplib|smtplib|paramiko"
        r"|urllib3)\b",
        r"(?<![\w.$>])(?<!def )(?<!function )fetch\s*\(|\b(?:window|globalThis|self"
        r"|global)\s*\.\s*fetch\b|=\s*fetch\b",
        r"(?<![\w'\"`])(?:XMLHttpRequest|WebSocket|EventSource|RTCPeerConnection|WebTransport|sendBeacon"
        r"|importScripts|ServerSocket)\b",
        r"\b(?:axios|superagent)\s*[.(]",
        rf"\b(?:require\s*\(|from|import)\s*\(?\s*{QUOTE}{_NODE}(?:https?|http2|net|dgram|tls|dns"
        rf"|node-fetch|undici|axios|got|request|ws|ssh2|nodemailer|superagent"
        rf"|socket\.io-client)(?:/[\w/]+)?{QUOTE}",
        r"\bhttps?\s*\.\s*(?:get|request|createServer)\s*\(|\bnet\s*\.\s*(?:connect"
        r"|createConnection|createServer|Socket|Dial\w*|Listen)\b|\bdns\s*\.\s*(?:resolve"
        r"|lookup)\w*\s*\(",
        r"^[ \t]*(?:import|from)\s+(?:requests|httpx2?|aiohttp|socket|ftplib|smtplib|telnetlib"
        r"|paramiko|urllib2|urllib3|pycurl|websockets?|socketserver|xmlrpc|dns)\b",
        r"^[ \t]*(?:from|import)\s+(?:urllib\.request|http\.(?:client|server))\b"
        r"|^[ \t]*from\s+urllib\s+import\s+[^\n]{0,60}\brequest\b|^[ \t]*import\s+urllib\s*$",
        r"\b(?:urlopen|urlretrieve)\s*\(|\burllib\.request\b|\brequests\s*\.\s*(?:get|post|put"
        r"|patch|delete|request|head|Session)\b|\bsocket\s*\.\s*(?:socket|create_connection"
        r"|gethostbyname|getaddrinfo)\b|\bsmtplib\b",
        rf"\bcurl_(?:init|exec|setopt)\b|\b(?:p?fsockopen|stream_socket_client|stream_context_create"
        rf"|socket_create|ftp_connect|dns_get_record)\s*\(|(?<![\w.>$-])mail\(\s*['\"$]"
        rf"|\b(?:file_get_contents|fopen|file|copy|readfile)\s*\(\s*{QUOTE}(?:https?|ftp)://",
        r"\bnew\s+(?:Image|Audio)\s*\(\s*[^)\n]{0,20}\)\s*\.\s*src|\bhttp\s*\.\s*(?:Get|Post"
        r"|PostForm|NewRequest|Client|ListenAndServe)\b",
        r"\b(?:HttpClient|WebClient|HttpURLConnection|OkHttpClient|RestTemplate|HttpWebRequest)\b"
        r"|\.\s*openConnection\s*\(|\bnew\s+Socket\s*\(",
        r"\bNet::HTTP|\bTCPSocket\b|\bopen-uri\b|\bURI\.open\b|\breqwest\b|\bTcpStream\b"
        r"|\$\s*\.\s*(?:ajax|get|post|getJSON|getScript)\s*\(",
        r"\b(?:curl|wget)\s+-|\b(?:curl|wget)\s+https?:|\bGuzzleHttp\b|\bHttp::(?:get|post)\b",
    ),
    "imports what is computed": shape(
        When.NEW,
        rf"{QUOTE}{_NODE}module{QUOTE}",
        r"(?<![\w.$])(?:require|import)\s*\(\s*(?!(?:/\*[^*]{0,80}\*/\s*)?['\"`][^'\"`\n$]*['\"`]\s*"
        r"\))(?=[^)\s])",
        r"\brequire\s*\.\s*extensions\b|\bcreateRequire\b|\bModule\s*\.\s*_\w+",
        suffixes=JAVASCRIPT,
    ),
    "imports what a text names": shape(
        When.NEW,
        r"\b__import__\s*\(|\bimportlib\s*\.\s*(?:import_module|util|machinery|reload)"
        r"|^[ \t]*import\s+importlib\s*$|\bimport_module\s*\(|\bimp\s*\.\s*load_\w+",
    ),
    "includes a file that is computed": shape(
        When.NEW,
        r"(?<![\w>$])(?:include|require)(?:_once)?\s*\(?\s*(?:\$|['\"](?:https?|php|data|phar|expect):)",
        suffixes=PHP,
    ),
    "loads code from an address": shape(
        When.MORE,
        rf"\b(?:import\s*\(?|from|require\s*\(|importScripts\s*\()\s*{QUOTE}\s*(?:https?:|data:|//|blob:)",
        r"<script[^>\n]{1,200}\bsrc\s*=|\bcreateElement\s*\(\s*['\"`]script['\"`]|\b(?:pip|npm|gem"
        r"|composer|yarn|pnpm)\s+(?:install|add|i|require)\b",
        r"['\"`](?:pip3?|npm|yarn|pnpm|gem|composer|easy_install|apt-get|apt|brew|go|cargo)['\"`]\s*,\s*['\"`](?:install|add|i|require|get)['\"`]",
        rf"\.\s*src\s*=\s*{QUOTE}\s*(?:https?:)?//[^'\"`\n]{{1,200}}\.m?js\b|\bexecuteScript\s*\("
        rf"|\bregister\s*\(\s*{QUOTE}https?:",
    ),
    "includes a file that a text names": shape(
        When.MORE,
        r"\b(?:include|require)(?:_once)?\b[^;\n]{0,100}\$\w+\s*\.\s*['\"]\.(?:php|inc|phtml)['\"]",
        suffixes=PHP,
    ),
    "unserialises": shape(
        When.NEW,
        r"\b(?:c?[Pp]ickle|dill|cloudpickle|jsonpickle|shelve|marshal)\b\s*(?:\.|$|as\b|import\b)"
        r"|^[ \t]*from\s+(?:pickle|marshal|dill|shelve)\b",
        r"\byaml\s*\.\s*(?:unsafe_load|full_load|load_all"
        r"|load)\s*\((?![^\n]{0,200}\b(?:C?SafeLoader|JSON_SCHEMA|FAILSAFE))"
        r"|\bLoader\s*=\s*(?:yaml\s*\.\s*)?(?:Unsafe|Full)?Loader\b",
        r"\bunserialize\s*\(|\bnode-serialize\b|\bserialize-javascript\b|\bv8\s*\.\s*deserialize\b"
        r"|\bjoblib\s*\.\s*load\b",
        r"\bObjectInputStream\b|\.readObject\s*\(|\bXMLDecoder\b|\bMarshal\s*\.\s*load\b"
        r"|\bYAML\s*\.\s*(?:unsafe_)?load\s*\(|\bBinaryFormatter\b|\bTypeNameHandling\b|\bxstream\b",
        r"\bresolve_entities\s*=\s*True|\bLIBXML_NOENT\b|\bnoent\s*:\s*true"
        r"|\blibxml_disable_entity_loader\s*\(\s*false",
    ),
    "writes or deletes files": shape(
        When.NEW,
        r"\b(?:fs|fsp|promises|fse)\s*\.\s*(?:promises\s*\.\s*)?(?:writeFile|appendFile|write"
        r"|createWriteStream|unlink|rm|rmdir|rename|chmod|chown|symlink|link|copyFile|cp|truncate"
        r"|outputFile|remove|emptyDir)(?:Sync)?\s*\(",
        r"\b(?:writeFileSync|appendFileSync|createWriteStream|unlinkSync|rmSync|rmdirSync"
        r"|renameSync|copyFileSync|rimraf|chmodSync|symlinkSync)\b",
        r"(?<![\w.$>])open\s*\([^()\n]{0,160}(?:\([^()\n]{0,80}\)[^()\n]{0,80})?,\s*(?:mode\s*=\s*)?"
        r"['\"](?:[rb]*[wax][bt+]*|r[bt]?\+[bt]?)['\"]",
        r"\.\s*(?:write_text|write_bytes)\s*\(|\.\s*open\s*\(\s*(?:mode\s*=\s*)?['\"][wax]b?\+?['\"]",
        r"\bshutil\s*\.\s*(?:rmtree|move|copy\w*|chown)\b|\bos\s*\.\s*(?:remove|removedirs|unlink"
        r"|rename|renames|replace|chmod|chown|symlink|link|rmdir|truncate|mkfifo)\s*\("
        r"|\.\s*unlink\s*\(\s*(?:missing_ok[^)\n]{0,20})?\)",
        r"\bfile_put_contents\s*\(|\bfopen\s*\([^\n]{0,160},\s*['\"][waxc]|(?<![\w.>$])(?:unlink"
        r"|rmdir|symlink|chmod|chown|rename|move_uploaded_file)\s*\(",
        r"\bos\s*\.\s*(?:WriteFile|Remove\w*|Create|OpenFile|Rename|Chmod|Symlink)\s*\("
        r"|\bioutil\s*\.\s*WriteFile",
        r"\bFiles\s*\.\s*(?:write\w*|delete\w*|move|copy|newOutputStream)\s*\("
        r"|\b(?:FileOutputStream|FileWriter|RandomAccessFile)\b|\bFile\s*\.\s*(?:write|delete|rm"
        r"|unlink|chmod|WriteAll\w+|Delete)\b|\bFileUtils\b|\bfs::(?:write|remove_\w+)",
        r"\brm\s+-[rf]{1,2}\b|\bmkfs\b|\bDirectory\s*\.\s*Delete\b|\bDeno\s*\.\s*(?:write\w*"
        r"|remove)|\bBun\s*\.\s*write\b",
    ),
    "reads the environment": shape(
        When.NEW,
        r"\bprocess\s*\.\s*env\b(?!\s*\.\s*NODE_ENV\b)|\bprocess\s*\[\s*['\"`]env"
        r"|\}\s*=\s*process\b|\bos\s*\.\s*(?:environ\b|getenv\w*\s*\()"
        r"|\bfrom\s+os\s+import\s+[^\n]{0,60}\b(?:environ|getenv)\b",
        r"(?<![\w.>$])getenv\s*\(|\$_ENV\b|\$_SERVER\s*\[\s*['\"][A-Z_]*(?:KEY|SECRET|TOKEN|PASS)"
        r"|\bSystem\s*\.\s*getenv\b|\bos\s*\.\s*(?:Getenv|Environ|LookupEnv)\b|\bENV\s*(?:\["
        r"|\.fetch)|\bDeno\s*\.\s*env\b|\bBun\s*\.\s*env\b|\benv::vars?\b"
        r"|\bEnvironment\s*\.\s*GetEnvironmentVariable"
        r"|\bimport\s+\{?\s*env\s*\}?\s+from\s+['\"](?:node:)?process",
    ),
    "reads what is private": shape(
        When.MORE,
        r"\bHTTP_(?:AUTHORIZATION|COOKIE)\b|\bos\s*\.\s*environ\s*\.\s*items\s*\(",
        r"\blocation(?:\s*\.\s*(?:href|assign|replace))?\s*(?:=(?!=)|\()\s*[\'\"`]https?://[^\n]{0,200}(?:\+|\$\{)",
        r"\baddEventListener\s*\(\s*[\'\"`]key\w+[\'\"`][^\n]{0,200}(?:\.push\s*\(|\+=|send|fetch\s*\()",
        r"\b(?:console\s*\.\s*\w+|logg(?:er|ing)\s*\.\s*\w+|print|error_log)\s*\([^\n]{0,160}[,({+.]\s*[A-Z_]*(?:KEY|SECRET|TOKEN|PASSWORD)\b",
        r"\b(?:console\s*\.\s*\w+|log(?:ger|ging)?\s*\.\s*\w+|print|error_log|syslog|var_dump|print_r)\s*\([^\n]{0,160}"
        r"(?:\brequest\s*\.\s*(?:form|json|data|headers|cookies|body|get_json|META|POST)\b|\breq\s*\.\s*(?:body|headers|cookies)\b(?!\s*\.)"
        r"|[,(]\s*(?:self\.)?(?:headers|cookies|credentials)\s*[,)]"
        r"|\$_(?:POST|COOKIE|REQUEST|SERVER)\b(?!\s*\[)|\bos\s*\.\s*environ\b)",
        r"\b(?:sendMessage|postMessage|sendNativeMessage|fetch|send|post)\s*\([^\n]{0,240}(?:\bFormData\s*\(|\.\s*elements\b(?!\s*\.\s*length)|\binnerText\b|\.\s*value\b[^\n]{0,40}(?i:passw))",
        r"\b(?:local|session)Storage\s*\.\s*setItem\s*\(\s*[\'\"`][^\'\"`\n]{0,40}(?:token|password|secret|key)",
        r"/etc/(?:passwd|shadow|sudoers)\b|\.ssh\b/?|\bid_(?:rsa|ed25519|ecdsa)\b|\.aws/"
        r"|\.kube/config|\.docker/config|\.git-credentials|\.netrc\b|\.npmrc\b|\.pypirc\b"
        r"|/proc/(?:self|\d+)/|\.config/gcloud|\.gnupg|\.bash_history|wallet\.dat|\bkeytar\b"
        r"|Login Data\b|\bLocal State\b",
        r"169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200"
        r"|\bhost\.docker\.internal\b|docker\.sock\b",
        r"\b(?:GITHUB|NPM|PYPI|ACTIONS|GITLAB|OPENAI|STRIPE|SLACK|AWS|AZURE|HOMEOSTAT"
        r"|DEEPSEEK)_\w*(?:TOKEN|SECRET|KEY|PASSWORD)\w*|\bNODE_AUTH_TOKEN\b",
        r"JSON\s*\.\s*stringify\s*\(\s*(?:process\s*\.\s*env|localStorage|sessionStorage"
        r"|document\s*\.\s*cookie)|\b(?:json\.dumps|dict|str|repr)\s*\(\s*os\s*\.\s*environ"
        r"|\bgetenv\s*\(\s*\)|\bphpinfo\s*\(",
        r"\bnavigator\s*\.\s*(?:clipboard\s*\.\s*read\w*|credentials|mediaDevices|geolocation)"
        r"|\bchrome\s*\.\s*(?:cookies|debugger|history|webRequest|proxy|management|identity"
        r"|tabCapture|desktopCapture|privacy)\b|\bbrowser\s*\.\s*(?:cookies|history|webRequest"
        r"|proxy)\b|\bgetUserMedia\b",
        r"(?:fetch|send|sendBeacon|post|open|src|href|location|body"
        r"|urlopen)\b[^\n]{0,200}(?:document\s*\.\s*cookie|localStorage|sessionStorage"
        r"|process\s*\.\s*env|os\s*\.\s*environ)",
        r"(?:document\s*\.\s*cookie|localStorage|sessionStorage|process\s*\.\s*env"
        r"|os\s*\.\s*environ)[^\n]{0,120}(?:fetch\s*\(|sendBeacon|XMLHttpRequest|new\s+Image)",
        r"\b(?:console\s*\.\s*\w+|logg(?:er|ing)\s*\.\s*\w+|print|error_log"
        r"|log\.\w+)\s*\([^\n]{0,160}[,(+{.]\s*(?:password|passwd|secret|api_?key|access_?token"
        r"|private_?key|authorization|credit_?card|cvv)\b(?!['\"])",
        r"\b(?:console\s*\.\s*\w+|log(?:ger|ging)?\s*\.\s*\w+|print|error_log|syslog)\s*\([^\n]{0,200}\[\s*['\"](?:password|passwd|secret"
        r"|api_?key|(?:access_?|refresh_?)?token|private_?key|authorization|card_?number|credit_?card|cvv|ssn|pin)['\"]\s*\]",
    ),
    "reads cookies": shape(When.NEW, r"\bdocument\s*\.\s*cookie\b|\bdocument\s*\[\s*['\"`]cookie"),
}
"""Calls that reach out of a program, by what a file that has them does."""
