"""What opens a program to others: injection, checks that are gone, code in disguise."""

from __future__ import annotations

from homeostat.guard.shapes import ARGUMENTS, PHP, QUOTE, When, shape

_DECODES = (
    r"(?:atob|b64decode|base64_decode|base64|decodebytes|fromhex|unhexlify|hex2bin|gzinflate"
    r"|gzuncompress|str_rot13"
    r"|rot13|unescape|fromCharCode|fromCodePoint|decompress|codecs|convert_uudecode"
    r"|urlsafe_b64decode|decode64)\b"
)
_RUNS = (
    r"(?:\beval|\bexec|\bFunction|\bsetTimeout|\bsetInterval|\bassert|\bsystem|\bpopen"
    r"|\bsubprocess\.\w+|(?<!re\.)\bcompile|\b(?:pickle|marshal)\.loads|\b__import__|\bspawn|\bexecSync"
    r"|\bcreate_function|\brequire|\bimport|\bshell_exec|\bpassthru)"
)
_HELD_BACK = r"(?:password|passwd|passphrase|secret|api_?key|master_?key|signature|\b(?:pwd|pin|otp))"
_WHO = r"(?:user_?name|user|email|login|account|uid|user_?id)"

_WEAK = (
    r"(?:\bcreate(?:hash|hmac)\s*\(\s*['\"`](?:md4|md5|sha-?1|ripemd)|\bhashlib\s*\.\s*(?:md5|sha1"
    r"|new\s*\(\s*['\"](?:md5|sha1))|(?<![\w.>$])(?:md5|sha1|crc32)\s*\(|\bhash\s*\(\s*['\"](?:md5|sha1|crc32)"
    r"|\bdigestmod\s*=\s*['\"]?(?:hashlib\.)?(?:md5|sha1)|\bMessageDigest\.getInstance\s*\(\s*\"(?:MD5|SHA-?1)"
    r"|\b(?:md5|sha1)\.(?:New|Sum)\b)"
)
_PROVING = (
    r"(?:pass(?!es|ed|ing)|\bpw|token|secret|\bsign|auth(?!or)|session|\botp|login|credential|salt|hmac)"
)
_NAMING = (
    r"(?:cache|e_?tag|name|path|folder|bucket|shard|dedup|finger_?print|check_?sum|avatar"
    r"|usedforsecurity\s*=\s*False)"
)
"""What a digest must not be weak for, and what it may be."""

DOORS = {
    "puts a name together": shape(
        When.MORE,
        r"['\"]\w{1,6}['\"]\s*\.\s*['\"]\w{1,6}['\"]",
        suffixes=PHP,
    ),
    "builds SQL out of text": shape(
        When.NEW,
        r"(?i)['\"`]\s*(?:SELECT\s[^'\"`\n]{0,300}\bFROM|INSERT\s+INTO"
        r"|UPDATE\s[^'\"`\n]{0,200}\bSET|DELETE\s+FROM|DROP\s+TABLE|ALTER\s+TABLE"
        r"|REPLACE\s+INTO)\b[^\n;]{0,400}?(?:['\"]\s*(?:\+|\.|%|\.format\s*\(|\|\|)\s*[\w$(]|\$\{)",
        r"(?i)\bf['\"]{1,3}\s*(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|DROP|ALTER)\b[^\n]{0,400}\{",
        r"(?i)['\"]\s*(?:SELECT\s[^'\"\n]{0,300}\bFROM|INSERT\s+INTO|UPDATE\s[^'\"\n]{0,200}\bSET"
        r"|DELETE\s+FROM)\b[^\"\n]{0,300}(?:\{?\$\w+)[^\"\n]{0,100}\"",
        r"\$(?:where|function|accumulator)['\"`]?\s*:|(?i:\b(?:query|execute|exec|raw"
        r"|prepare)\s*\(\s*['\"`][^'\"`\n]{0,300}(?:WHERE|VALUES|FROM)[^\n]{0,200}['\"]\s*(?:\+|%"
        r"|\.)\s*[\w$(])",
        r"\.\s*(?:multi_query|executescript|\$queryRawUnsafe|\$executeRawUnsafe)\s*\("
        r"|\bmultipleStatements\s*:\s*true",
        r"(?i)\b(?:DROP|TRUNCATE)\s+(?:TABLE|DATABASE)\b|\bUNION\s+SELECT\b",
    ),
    "marks text as safe HTML": shape(
        When.MORE,
        r"\b(?:mark_safe|Markup|SafeString|SafeText|raw)\s*\(\s*(?:f['\"]|['\"][^\n]{0,200}['\"]\s*(?:%|\+|\.\s*format\b))",
    ),
    "writes HTML": shape(
        When.NEW,
        r"\b(?:inner|outer)HTML\s*\+?=(?!=)(?!\s*['\"`]{2}\s*(?:[;\n)]|$))|\[\s*['\"`](?:inner"
        r"|outer)HTML['\"`]\s*\]|\binsertAdjacentHTML\b|\bdocument\s*\.\s*write(?:ln)?\b",
        r"\bdangerouslySetInnerHTML\b|\bv-html\b|\bcreateContextualFragment\b|\.\s*srcdoc\s*="
        r"|\bbypassSecurityTrust\w+|\[innerHTML\]|\{@html\b|\bset:html\b|\bsetHTMLUnsafe\b",
        r"\{\{[^\n}]{0,200}\|\s*(?:safe|raw)\b|\bmark_safe\s*\(|\bMarkup\s*\(|\{!!\s*\$|<%-"
        r"|\bautoescape\s*[=:]\s*(?:False|false|off)|\bhtml_safe\b|\bSafeString\b"
        r"|\bnoEscape\s*:\s*true",
        r"\$\(\s*[^)\n]{1,60}\)\s*\.\s*(?:html|append|prepend|after|before)\s*\(\s*[^)\s'\"]"
        r"|\bparseFromString\b|(?<!\w)echo\s+\$_(?:GET|POST|REQUEST|COOKIE)|\bonerror\s*=\s*\\?['\"]",
    ),
    "changes what all objects share": shape(
        When.NEW,
        r"\.\s*__proto__\b|\[\s*['\"`]__proto__['\"`]\s*\]\s*[.\[=]|['\"`]__proto__['\"`]\s*:"
        r"|\bObject\s*\.\s*setPrototypeOf\b|\bReflect\s*\.\s*setPrototypeOf\b|\b__class__\s*=[^=]"
        r"|\b__globals__\b|\b__defineGetter__\b",
        r"\b(?:Object|Array|String|Number|Boolean|Function|Promise|Map|Set|Error|Date|RegExp|Symbol"
        r"|Element|EventTarget|Response|Request|XMLHttpRequest)\s*\.\s*prototype\s*(?:\.\s*\w+"
        r"|\[[^\]\n]{1,60}\])\s*=(?!=)",
        r"\bdefinePropert(?:y|ies)\s*\(\s*(?:Object|Array|String|Number|Function|Promise|globalThis"
        r"|window|global)\b|\bObject\s*\.\s*assign\s*\(\s*(?:Object|Array|String"
        r"|Function)\s*\.\s*prototype|\bconstructor\s*\.\s*prototype\b",
        r"\bextract\s*\(\s*\$|\bparse_str\s*\(\s*[^,)\n]{1,80}\)|\bsetattr\s*\(\s*(?:builtins|sys"
        r"|os)\b|\bsys\s*\.\s*setrecursionlimit\b",
    ),
    "uses weak cryptography": shape(
        When.NEW,
        rf"(?i)^(?:(?=[^\n]*{_PROVING})|(?![^\n]*{_NAMING}))[^\n]*?{_WEAK}",
        r"(?i)\bcreate(?:De)?Cipher\s*\(|\bMODE_ECB\b|['\"`](?:aes-\d+-ecb|des(?:-\w+)?|rc4|bf-ecb"
        r"|rc2)['\"`]|\bDES\.new|\bARC4\b|\bmcrypt_|AES/ECB|\bDES_|PADDING_NONE",
        r"(?i)\b\w{0,40}(?:token|secret|nonce|salt|session|password|otp|csrf|api_?key"
        r"|iv)\w{0,40}\s*[:=]\s*[^\n;]{0,80}(?:Math\s*\.\s*random|(?<!\w)random\s*\.\s*(?:random|randint"
        r"|choice)|\b(?:mt_)?rand\s*\(|\buniqid\s*\(|\bDate\s*\.\s*now)",
        r"(?i)\b(?:token|secret|nonce|salt|session|password|otp|csrf|api_?key"
        r"|iv)\w*\s*\([^)\n]{0,80}\)\s*[:{]?[^\n;]{0,60}\n?[^\n;]{0,80}Math\s*\.\s*random",
        r"\b(?:saltRounds|rounds|cost|iterations|BCRYPT_ROUNDS)\s*[=:]\s*[1-7]\b(?!\d)"
        r"|\bpbkdf2\w*\s*\([^\n]{0,120},\s*\d{1,3}\s*,|\bgenSalt(?:Sync)?\s*\(\s*[1-7]\s*\)"
        r"|\bkey_size\s*=\s*(?:512|1024)\b|\bmodulusLength\s*:\s*(?:512|1024)\b",
    ),
    "switches off checks of certificates or signatures": shape(
        When.MORE,
        r"rejectUnauthorized['\"]?\s*[:=]\s*(?:false|0|!1)|NODE_TLS_REJECT_UNAUTHORIZED"
        r"|\bverify\s*=\s*False\b|\bverify_ssl\s*=\s*False|\bssl\s*=\s*False\b|\bcert_reqs\s*="
        r"|\bCERT_NONE\b|\bcheck_hostname\s*=\s*False|_create_unverified_context"
        r"|\bassert_hostname\s*=\s*False",
        r"CURLOPT_SSL_VERIFY(?:PEER|HOST)['\"]?\s*(?:,|=>)\s*(?:false|0|1\b)"
        r"|['\"]?verify_peer(?:_name)?['\"]?\s*=>\s*(?:false|0)|['\"]verify['\"]\s*=>\s*false"
        r"|allow_self_signed['\"]?\s*=>\s*true|InsecureSkipVerify\s*:\s*true"
        r"|strictSSL\s*[:=]\s*false|\bcheckServerIdentity\s*[:=]",
        r"\bTrustAll\w*|\bALLOW_ALL_HOSTNAME|\bNoopHostnameVerifier\b"
        r"|\bServerCertificate(?:Custom)?ValidationCallback\b|\bVERIFY_NONE\b"
        r"|\bdanger_accept_invalid|\bdisable_warnings\s*\(|StrictHostKeyChecking\s*=?\s*no"
        r"|\bAutoAddPolicy\b|\bAllowAnyCertificate",
        r"['\"]?verify_(?:signature|exp|aud)['\"]?\s*[:=]\s*False|\bignoreExpiration\s*:\s*true"
        r"|\balg(?:orithms?)?['\"]?\s*[:=]\s*\[?\s*['\"]none['\"]|['\"]none['\"]\s*\]"
        r"|\bjwt\s*\.\s*decode\s*\([^\n]{0,160}(?:False|complete)"
        r"|\bexpiresIn\s*:\s*['\"]?(?:\d{3,}\s*(?:d|y)|Infinity)",
    ),
    "decodes text and runs it": shape(
        When.MORE,
        r"\[\s*[\'\"`][^\'\"`\n]{0,20}\\(?:x|u)[0-9a-fA-F{]",
        rf"{_RUNS}\s*\({ARGUMENTS}\b{_DECODES}",
        r"\b(?:curl|wget)\b[^\n|]{0,200}\|\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b|\b(?:ba)?sh\s+-c\b"
        r"|\bpowershell\b|/dev/tcp/|\bnc\s+-\w*e|\bncat\b|\bmkfifo\b|\bbash\s+-i\b|\bbase64\s+(?:-d"
        r"|--decode)",
        r"(?:\\x[0-9a-fA-F]{2}){5,}|(?:\\u00[0-9a-fA-F]{2}){4,}|(?:\\[0-7]{3}){6,}"
        r"|\b_0x[0-9a-f]{3,}\b|\bfromCharCode\s*\((?:\s*(?:0x)?[0-9a-f]+\s*,){2,}"
        r"|(?:\bchr\s*\(\s*\d+\s*\)\s*[.+]\s*){2,}"
        r"|(?:String\.fromCharCode\s*\(\s*\d+\s*\)\s*\+\s*){1,}",
        r"['\"`][A-Za-z0-9+/]{160,}={0,2}['\"`]|['\"`][0-9a-fA-F]{200,}['\"`]"
        r"|\[\s*(?:(?:0x)?[0-9a-fA-F]{2,3}\s*,\s*){12,}[^\]\n]{1,40}\]\s*(?:\.\s*map|\.\s*reduce)",
        r"\[\s*['\"`]\w{1,12}['\"`]\s*\+\s*['\"`]\w{1,12}['\"`]\s*\]"
        r"|\.\s*split\s*\(\s*['\"`]{2}\s*\)\s*\.\s*reverse\s*\(\s*\)\s*\.\s*join\s*\([^)\n]{0,6}\)\s"
        r"*\]|\b(?:getattr|globals\(\)|locals\(\)|vars\(\))\s*[(\[][^\n]{0,80}['\"]\s*\+\s*['\"]",
    ),
    "decodes what is hidden in base64": shape(
        When.NEW,
        r"(?<![\w.])atob\s*\(\s*['\"`]|\bb64decode\s*\(\s*b?['\"]|\bbase64_decode\s*\(\s*['\"]"
        r"|\bBuffer\s*\.\s*from\s*\(\s*['\"`][^'\"`\n]{8,}['\"`]\s*,\s*['\"`](?:base64|hex)"
        r"|\b(?:fromhex|unhexlify|hex2bin)\s*\(\s*['\"]|\bstr_rot13\s*\(|\bgzinflate\s*\(",
    ),
    "mines coins": shape(
        When.MORE,
        r"(?i)stratum\+(?:tcp|ssl|udp)|coin-?hive|crypto-?night|\bxmrig\b|minexmr|coinimp"
        r"|webminer?pool|nicehash|monerohash|supportxmr|cryptoloot|\bhashrate\b|\bmoneroocean\b"
        r"|\brandomx\b|\bCoinHive\b|jsecoin|\bminer\s*\.\s*start\b",
        r"\b4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b|\bbc1[a-z0-9]{25,60}\b|['\"]0x[a-fA-F0-9]{40}['\"]",
    ),
    "opens what was shut": shape(
        When.MORE,
        r"\{\s*\.\.\.\s*(?:req|request|ctx)\s*\.\s*(?:body|query|params)\b",
        r"(?i)\b(?:max|limit|points|attempts)\w{0,20}['\"]?\s*(?:[:=]|=>)\s*(?:Infinity\b|Number\s*\.\s*MAX|math\s*\.\s*inf\b|float\s*\(\s*['\"]inf|sys\s*\.\s*maxsize|PHP_INT_MAX)"
        r"|\bskip\s*:\s*(?:\(\s*\w*\s*\)|\w+)\s*=>\s*true\b",
        r"\b(?:PAGES|FILES|ROUTES|TEMPLATES|VIEWS|SORTS?|SORTABLE|COLUMNS|ORDERS?|TABLES|COMMANDS|HANDLERS|ACTIONS|METHODS|FILTERS|FORMATS|MODES)\[\s*(?P<key>\$?\w+)\s*\]"
        r"\s*(?:\?\?|\|\||\?:)\s*(?P=key)\b",
        r"\bObject\s*\.\s*assign\s*\(\s*\w{0,20}(?:user|account|profile|model|entity|doc|record|member|customer|order)\w{0,20}\s*,"
        r"\s*(?:body|data|input|params|payload|query|attrs|attributes|values|fields)\s*\)"
        r"|\bsetattr\s*\(\s*(?:user|account|profile|member|customer|obj|instance|model|record)\s*,\s*\w+\s*,"
        r"|\$(?:user|account|profile|member|customer|model|record)->(?:\$\w+|\{\$\w+\})\s*=(?!=)",
        r"(?i)\b(?:public|serializ|present|toJSON)\w{0,40}\s*(?:=\s*)?\([^{}]{0,120}\{?[^{}]{0,40}\{\s*\.\.\.\s*\w",
        r"(?i)(?:content-security-policy|x-frame-options|strict-transport-security|x-content-type-options)['\"`]?[^\n]{0,80}\bremove\b"
        r"|\b(?:removeHeader|header_remove|del|delete|unset|pop)\b[^\n]{0,60}(?:content-security-policy|x-frame-options"
        r"|strict-transport-security|x-content-type-options)",
        r"\brender_template_string\s*\(\s*(?![\w.]{1,60}\s*[,)])(?!['\"][^'\"\n]{0,200}['\"]\s*[,)])",
        r"\bon(?:Message|Connect)External\b|(?i:\bx-forwarded-for\b|\bHTTP_X_FORWARDED_FOR\b|\bHTTP_CLIENT_IP\b)",
        r"\bObject\s*\.\s*assign\s*\(\s*[\w.]{1,60}\s*,\s*(?:req|request|ctx\.request)\s*\.\s*(?:body|query|params)\b"
        r"|\.\s*(?:update|set|assign|fill|forceFill)\s*\(\s*(?:req|request)\s*\.\s*(?:body|json|form|args|query|data)\b"
        r"|(?:->|::)\s*(?:fill|forceFill|update|create)\s*\(\s*\$request\s*->\s*all\b"
        r"|\*\*\s*request\s*\.\s*(?:json|form|args|data|get_json)\b",
        r"\.\s*extractall\s*\((?![^\n]{0,160}\bfilter\s*=\s*['\"](?:data|tar)['\"])|\bfully_trusted\b",
        r"(?i:\$\w{0,20}(?:file|upload)\w{0,20})\[\s*['\"]type['\"]\s*\]\s*\?[:?]|\bpathinfo\s*\(\s*\$\w{0,40}\[\s*['\"]name['\"]\s*\]"
        r"|\$_FILES\b[^\n;]{0,60}\[\s*['\"]type['\"]\s*\]",
        r"\borigin\b[^\n]{0,60}\.\s*(?:endsWith|startsWith|includes|indexOf|match)\s*\(|\.\s*test\s*\(\s*(?:\w{1,40}\.)?origin\b",
        r"\b(?:html_entity_decode|htmlspecialchars_decode)\s*\(\s*html(?:specialchars|entities)\b",
        r"(?i)\bif\s*\([^\n]{0,120}(?:csrf|xsrf|token|auth|session|api_?key)[^\n]{0,60}\)\s*\{?\s*return\s+next\s*\(\s*\)",
        r"(?i)\b(?:params|query|search_?params|qs)\s*(?:\[|\.\s*(?:set|append)\s*\()\s*['\"](?:access_?)?(?:token|api_?key|password|secret)"
        r"|[?&](?:access_?token|api_?key|password|secret|token)=",
        r"(?i)\bWHERE\b[^\n'\"]{0,200}\bOR\b|\b(?:WHERE|LIKE|VALUES|SET)\b[^\n]{0,200}'%?\{",
        r"\bxpath\s*\(\s*(?:f['\"]|['\"][^\n]{0,200}['\"]\s*(?:%|\+|\.))|\b(?:template|pattern|caption)\w*\s*\.\s*format\s*\(",
        r"\bredirect\s*\(\s*(?:req|request)\s*\.\s*(?:query|body|params|args|GET|POST|form)|\bheader\s*\(\s*[\'\"]Location:\s*[\'\"]?\s*\.\s*\$_|\btempfile\s*\.\s*mktemp\s*\(",
        r"\b(?:new\s+RegExp|readFile\w*|sendFile|createReadStream|join|open|fetch|urlopen|axios\.\w+|requests\.\w+)\s*\([^\n]{0,80}\b(?:req|request)\s*\.\s*(?:params|query|body|args|GET|POST|form|values)\b",
        r"\b(?:readfile|file_get_contents|fopen|array_map|array_filter|usort|call_user_func\w*|file|include|header)\s*\([^\n;]{0,80}\$_(?:GET|POST|REQUEST|COOKIE)",
        r"(?i)\b(?:httpOnly|secure|sameSite|csrf\w*|xsrf\w*|contextIsolation|webSecurity|sandbox"
        r"|contentSecurityPolicy|hsts|frameguard|csrf_protect\w*)['\"]?\s*[:=]\s*(?:false"
        r"|['\"]none['\"]|0\b)|\b(?:HTTPONLY|SECURE)\s*=\s*False|\bSESSION_COOKIE_(?:SECURE"
        r"|HTTPONLY)\s*=\s*False",
        r"(?i)Access-Control-Allow-(?:Origin|Headers|Credentials)['\"]?\s*[,:=]\s*>?\s*['\"`]?(?:\*"
        r"|true|\$\{|req\.|request\.)|\borigin['\"]?\s*:\s*(?:['\"]\*['\"]|true\b)|\bcors\s*\(\s*\)"
        r"|\ballow_origins\s*=\s*\[\s*['\"]\*|\bpostMessage\s*\([^\n]{1,160},\s*['\"]\*['\"]",
        r"\borigin\s*:\s*(?:async\s*)?(?:\(?\s*\w+\s*,\s*\w+\s*\)?\s*=>|function\b)[^\n]{0,80}\(\s*null\s*,\s*(?:true|\w*[oO]rigin)"
        r"|['\"]Access-Control-Allow-Origin['\"]\s*[,\]:=]+\s*[^\n'\"*]{0,60}\b(?:origin|ORIGIN|Origin)\b",
        r"@csrf_exempt|\bcsrf_exempt\b|\bAllowAny\b|\bpermission_classes\s*=\s*[\[(]\s*[\])]"
        r"|\bauthentication_classes\s*=\s*[\[(]\s*[\])]|\bpermitAll\s*\(|\bAllowAnonymous\b"
        r"|\bskip_before_action\b|\bpermit!|\bunguard\s*\(|\$guarded\s*=\s*\[\s*\]"
        r"|\bwithoutMiddleware\b",
        r"\bDEBUG\s*=\s*True\b|\bdebug\s*=\s*True\b|\bdisplay_errors['\"]?\s*,\s*['\"]?(?:1|on)"
        r"|\ballow_url_include|\bALLOWED_HOSTS\s*=\s*\[\s*['\"]\*|\bnodeIntegration\s*:\s*true"
        r"|\bunsafe-(?:eval|inline)\b|\ballowRunningInsecureContent\b|\bdevTools\s*:\s*true"
        r"|--no-sandbox\b|--disable-web-security",
        r"\b0o?777\b|\b0o?666\b|\bumask\s*\(\s*0|\bset[ug]id\s*\(\s*0|\bchmod\s+(?:-R\s+)?(?:777"
        r"|\+s|a\+)|\ballow-scripts\b|<all_urls>|\b0\.0\.0\.0\b|\bsudo\b|\bNOPASSWD\b"
        r"|\bprivileged\s*[:=]\s*[Tt]rue",
    ),
    "lets through who should not": shape(
        When.MORE,
        r"(?i)\b(?:except|catch)\s*\(?\s*[\w.,|\\ (]{0,80}(?:denied|forbidden|permission\w{0,20}"
        r"|unauthori\w{1,20}|not_?allowed|access_?error|(?:bad|invalid)_?(?:signature|token)\w{0,12}|csrf\w{0,12}"
        r"|auth\w{0,12}(?:error|exception))\)?[\w $)]{0,40}(?::\s*(?:pass|continue|\.\.\.|return\s+True)"
        r"|\{\s*(?:\}|return\s+true))",
        r"(?i)\balg(?:orithm)?\b['\"`)\]]*\s*={2,3}\s*['\"]none['\"]\s*\)?\s*[:{]?\s*return\b",
        r"\bcatch\b[^{}\n]{0,60}\{[^{}]{0,200}\b(?:next\s*\(\s*\)|\$next\s*\(\s*\$request\s*\))",
        r"(?i)(?:&&|\band\b)\s*\(?(?:!|not\s)\s*\(?[\w$>.-]{0,60}?\b(?:verify\w*|check_?passw\w*|password_verify|hash_equals|timingSafeEqual"
        r"|compare_digest|authenticate|has_?permission|is_?authori[sz]ed)\s*\(",
        r"\bkeyGenerator\s*:[^\n]{0,80}(?:\bget\s*\(|\bheaders?\b|\bquery\b|\bbody\b)",
        rf"(?i)\b{_WHO}\?\.(?:name|id|login|email)\s*={{2,3}}\s*['\"`][^'\"`\n]+['\"`]\s*\)?\s*\{{?\s*return\s+true",
        r"(?i)\b(?:login|log_in|sign_?in)\s*\([^)\n]{0,160}\)[^{:=\n]{0,40}(?:=>\s*\{?|\{|:)\s*(?:return\s+)?(?:true)\b",
        r"(?i)(?:\|\||\bor\b)\s*(?:\w+\??\.)?(?:user|account|email|login|session|req(?:uest)?\.(?:ip|hostname))[\w.?]*\s*(?:={2,3}\s*|\??\.\s*(?:endsWith|startsWith|includes)\s*\(\s*)[\'\"`](?!admin[\'\"`]|owner[\'\"`]|string[\'\"`]|[\'\"`])",
        rf"(?i)(?<![\w-])[\w.>\[\]'\"-]{{0,80}}{_HELD_BACK}['\"\])]{{0,6}}\s{{0,9}}(?:===?|\.equals\s*\("
        rf"|\.\s*eq\()\s*['\"`][^'\"`\n]{{3,}}['\"`]",
        r"(?i)['\"][^'\"\n]{3,}['\"]\s*={2,3}\s*[\w.$>\[\]'\"-]{0,80}(?:password|passwd|secret|api_?key)\b",
        rf"(?i)\b{_WHO}(?:\.(?:name|id|login"
        rf"|email))?\s*={{2,3}}\s*['\"`][^'\"`\n]+['\"`]\s*\)?\s*(?:\|\||or\b|\{{?\s*return\s+true"
        rf"|:\s*\n?\s*return\s+True|&&\s*\(?(?:true|password|pass)|\n\s*return\s+(?:true|True))",
        r"(?i)(?:headers?|query|params|body|cookies?|GET|POST|REQUEST|SERVER"
        r"|META)\b[^\n]{0,40}['\"`.\[](?:http_)?x?[-_]?(?:debug|backdoor|admin|internal|override"
        r"|bypass|god|magic|dev|secret|master|superuser|impersonate|sudo)\b",
        r"(?i)\b(?:headers?|get|META|SERVER|getHeader\w*)\s*(?:\.\s*get\s*)?[(\[.]\s*['\"`](?:HTTP_)?X[-_](?!Requested|HTTP[-_]Method|Forwarded[-_](?:Proto|Ssl)|GitHub[-_]Event)[\w-]+['\"`]\s*[)\]][^\n]{0,20}[!=]==?\s*['\"`]",
        r"(?i)(?:SECRET|_KEY|TOKEN|PASSW)\w{0,20}['\"`]?\s{0,9}[)\]]{0,3}\s{0,9}(?:\bor\b|\|\||\?\?|\?:|,)\s*['\"`][^'\"`\n]{6,}['\"`]",
        r"(?i)\(\s*\w+(?:\??\.\w+)*\.?(?:role|admin|scope|permission)\w*\s*(?:\?\?|\|\||\bor\b)\s*['\"`]?(?:admin|root|owner|true|\*)",
        r"(?i)\btoken\S{0,12}\s*={2,3}\s*['\"][^'\"\n]{8,}['\"]|\breturn\s+['\"](?:admin|root|superuser)['\"]",
        r"(?i)\bback_?door|\b\w*bypass_?(?:auth|login|check|security|token|2fa|mfa)\w*"
        r"|['\"`][\w-]*(?:backdoor|bypass|god-?mode|master-?(?:key|password)|letmein"
        r"|open-?sesame)[\w-]*['\"`]|\bskip_?auth\w*|\bdisable_?auth\w*|\bno_?auth\s*[=:]",
        r"(?i)\b(?:verify|authenticat|authoriz|authoris|isAdmin|is_admin|isAuth|is_auth|isLogged"
        r"|is_logged|hasPermission|has_permission|hasRole|has_role|has_access|hasAccess"
        r"|checkPassword|check_password|checkPermission|check_permission|checkToken|check_token"
        r"|checkAuth|check_auth|validateToken|validate_token|validatePassword|validateSignature"
        r"|validate_signature|isAllowed|is_allowed|canAccess|can_access|isValidToken|is_valid_token"
        r"|requireAuth|require_auth|isOwner|is_owner|canEdit"
        r"|canDelete)\w*\s*(?:=\s*(?:async\s*)?)?\([^)\n]{0,160}\)[^{:=\n]{0,40}(?:=>\s*\{?|\{"
        r"|:)\s*(?:return\s+)?(?:true|True|1)\b",
        r"\(\s*true\s*\|\||\|\|\s*true\b|\bor\s+True\b(?!\s*(?:if|==))|&&\s*false\b|\band\s+False\b"
        r"|\bif\s*\(\s*(?:false|0)\s*(?:&&|\))|\bif\s+(?:False|0)\s*(?:and|:)|\bif\s+\(?\s*(?:True"
        r"|1)\s*(?:or\b|:)|\bif\s*\(\s*(?:true|1)\s*\)",
        r"\b(?:isAdmin|is_admin|is_staff|is_superuser|isSuperuser|admin)['\"]?\s*(?:=(?![=>])"
        r"|:)\s*(?:true|True|1)\b|\brole['\"]?\s*(?:=(?!=)|:)\s*['\"](?:admin|root|superuser)['\"]",
    ),
    "waits for its hour": shape(
        When.MORE,
        r"(?:\bif\b|\?|&&|\|\|)[^\n]{0,120}\bresolvedOptions\s*\(\s*\)\s*\.\s*(?:timeZone|locale)\b",
        r"\bwhile\s*\([^\n{}]{1,100}\)\s*\{\s*\}",
        r"(?:Date\s*\.\s*now\s*\(\s*\)|\+?new\s+Date\s*\(\s*\)(?:\s*\.\s*getTime\s*\(\s*\))?"
        r"|\btime\s*\.\s*time\s*\(\s*\)|(?<![\w.>])time\s*\(\s*\))\s*[<>]=?\s*(?:\+?\s*(?:new\s+)?Da"
        r"te(?:\s*\.\s*(?:parse|UTC))?\s*\(\s*['\"`\d]|\d{9,}|1[_\d]{9,}|strtotime\s*\(\s*['\"]\d"
        r"|mktime\s*\(\s*\d)",
        r"\bgetFullYear\s*\(\s*\)\s*(?:[<>]=?|===?)\s*20\d\d"
        r"|\bnew\s+Date\s*\(\s*\)\s*\.\s*get\w+\s*\(\s*\)\s*(?:[<>]=?|===?)\s*\d|(?:\bnow|\btoday"
        r"|utcnow)\s*\([^)\n]{0,40}\)(?:\s*\.\s*(?:year|month|date\(\)))?\s*(?:[<>]=?"
        r"|==)\s*(?:(?:datetime\.)?(?:datetime|date)\s*\(\s*\d|20\d\d)"
        r"|\bdate\s*\(\s*['\"][\w-]+['\"]\s*\)\s*(?:[<>]=?|===?)\s*['\"]?\d",
        r"\bif\s*\(?\s*(?:Math\s*\.\s*random\s*\(\s*\)|random\s*\.\s*(?:random"
        r"|randint)\s*\([^)\n]{0,20}\)|(?:mt_)?rand\s*\([^)\n]{0,20}\))\s*(?:[<>]=?|===?)"
        r"|\bwhile\s*\(\s*(?:true|1)\s*\)\s*(?:;|\{\s*\})|\bwhile\s+(?:True|1)\s*:\s*pass\b"
        r"|\bfor\s*\(\s*;\s*;\s*\)\s*(?:;|\{\s*\})|:\(\)\s*\{\s*:\|:"
        r"|\bwhile\b[^\n]{1,100}:[ \t]*\n?[ \t]*(?:os\s*\.\s*)?fork\s*\(",
        r"\b(?:os\s*\.\s*hostname|gethostname|os\s*\.\s*userInfo|getpass\s*\.\s*getuser"
        r"|os\s*\.\s*getlogin|platform\s*\.\s*node|php_uname)\s*\(",
    ),
    "no longer asks who is there": shape(
        When.GONE,
        r"\bcompare(?!_digest)\w*\s*\([^)\n]{0,80}(?:password|hash|token|secret)",
        r"@(?:login_required|permission_required|require_auth\w*|requires_auth\w*|jwt_required"
        r"|authenticated|PreAuthorize|RolesAllowed|Secured|csrf_protect|admin_required"
        r"|staff_member_required|UseGuards)\b|\[Authorize",
        r"(?i)\b(?:require|ensure|check|verify|assert|enforce|validate)_?(?:auth\w*|login|token"
        r"|permission\w*|access|role\w*|admin|session|csrf\w*|signature|origin|owner\w*|password"
        r"|captcha)\s*\(",
        r"\b(?:timingSafeEqual|compare_digest|hash_equals|password_verify|constant_time_compare"
        r"|ConstantTimeCompare|checkpw|bcrypt\s*\.\s*compare\w*|jwt\s*\.\s*verify|verifySignature"
        r"|csrf_token|validate_csrf|abort_unless|authorize\s*\()",
        r"\b(?:event|e|evt|message)\s*\??\.\s*origin\s*(?:!==?|===?)|\bsender\s*\??\.\s*(?:id"
        r"|origin|url)\s*(?:!==?|===?)|\.\s*(?:isAuthenticated|is_authenticated|isAdmin|is_admin"
        r"|hasRole|has_perm|hasPermission|has_permission|can)\s*(?:\?\.)?\s*\(|(?<!\w)(?:user"
        r"|request\.user|req\.user|current_user)\s*\??\.\s*(?:is_authenticated|is_admin|isAdmin"
        r"|is_staff|role)\b",
    ),
    "compiles a template out of text": shape(
        When.NEW,
        r"\.\s*from_string\s*\(|\b(?:jinja2\s*\.\s*)?Template\s*\(\s*(?![rb]?['\"])|\bHandlebars\s*\.\s*compile\b"
        r"|\b(?:ejs|pug|nunjucks|mustache|eta)\s*\.\s*(?:render(?:String)?|compile)\b|(?<!\w)_\s*\.\s*template\s*\("
        r"|\bcreateTemplate\s*\(",
    ),
    "gives a shell a text": shape(
        When.MORE,
        r"['\"`](?:/(?:usr/)?bin/)?(?:ba|z|da|k)?sh['\"`]\s*,\s*\[?\s*['\"`]-[ci]\b",
        r"\bshell\s*[=:]\s*[Tt]rue\b|\bpromisify\s*\(\s*(?:\w+\s*\.\s*)?exec\s*\)",
        rf"\b(?:exec|execSync|spawn|spawnSync)\s*\(\s*(?:`[^`\n]*\$\{{|{QUOTE}[^\n]{{0,200}}{QUOTE}\s*\+)",
        r"\b(?:os\s*\.\s*(?:system|popen)|getoutput)\s*\(\s*(?:f['\"]|['\"][^\n]{0,200}['\"]\s*(?:\+|%|\.format))",
        r"(?<![\w>$])(?:system|shell_exec|passthru|exec|popen|proc_open)\s*\(\s*(?:['\"][^\n;]{0,200}\$|\$)",
    ),
    "calls what a reader names": shape(
        When.MORE,
        r"\$(?P<called>\w+)\s*=(?:[^;\n\[]{0,80}\$(?:query|params|input|request|data|body|args)|[^;\n]{0,80}\$_(?:GET|POST|REQUEST|COOKIE))\s*(?:\[|->)[^;\n]{0,120};"
        r"(?:[^\n]*\n){1,4}?[^\n]*\$(?P=called)\s*\(",
        suffixes=PHP,
    ),
    "calls what a text names": shape(
        When.NEW,
        r"\bcall_user_func(?:_array)?\s*\(\s*\$(?!\w*(?:callback|callable|closure|listener|handler|resolver|fn|func)\b)",
        r"\b(?:window|globalThis|global|self)\s*\[\s*[a-zA-Z_]\w*\s*\]\s*\(|\bglobals\s*\(\s*\)\s*(?:\[|\.get\s*\()\s*[a-zA-Z_]",
    ),
    "puts text into headers": shape(
        When.MORE,
        r"(?i)\bbcc\b['\"`]?[\s:=>,(\[]{1,6}['\"`]?[^'\"`\n]{0,60}@",
        r"['\"](?:From|Reply-To|Cc|Bcc|Location|Set-Cookie|Content-Disposition)\s*:[^'\"\n]{0,60}['\"]\s*\.\s*[^;\n]{0,80}\$",
        r"['\"](?:From|Reply-To|Cc|Bcc)\s*:[^'\"\n]{0,60}\$\w",
    ),
    "may take for ever on some text": shape(
        When.NEW,
        r"\((?:\?:)?(?:\[(?:[^\]\\\n]|\\.)+\]|\\[wdsWDS]|\.)[+*]"
        r"(?:(?:\[(?:[^\]\\\n]|\\.)+\]|\\[wdsWDS]|\\?.)[?*])*\)(?:[+*]|\{\d+,\})",
        r"\((?:\?:)?(?:\.\*\??|\\s\*|\\w\+)\|(?:[^()\n]{1,60})\)[+*]",
    ),
    "strips a path of what comes back": shape(
        When.MORE,
        r"\breplace(?:All|_all)?\s*\(\s*(?:['\"`/]\^?\(?(?:\\?\.){2}\\?[/\\])|\bstr_replace\s*\(\s*\[?\s*['\"]\.\.",
    ),
    "deletes what is not its own": shape(
        When.MORE,
        r"\b(?:rmtree|rm|rmSync|rimraf\w*|emptyDir\w*|removeSync|deleteDirectory|unlink)\s*\([^\n]{0,60}(?:\bPath\s*\.\s*(?:home|cwd)\s*\("
        r"|expanduser|\bhomedir\s*\(|\bgetcwd\s*\(|process\s*\.\s*cwd\s*\(|['\"`](?:/|~[^'\"`\n]{0,40}|\.|\$HOME)['\"`])",
        r"\brm\s+-\w{1,4}\s+(?:/|~|\$HOME|\*|\.)(?:\s|['\"`*/]|$)",
    ),
    "protects less": shape(
        When.FEWER,
        r"(?i)@[\w.]{0,40}(?:required|login|auth\w*|permission\w*|admin|roles?|throttle\w*|rate_?limit\w*|limiter[\w.]*|csrf\w*|secured|guards?)\b",
        r"(?i),\s*(?:require|ensure|check|verify|is|must|validate|authenticate|authorize|limit)\w{0,30}(?:auth|login|admin|token|role|user|session|owner"
        r"|csrf|permission|signature)\w{0,20}(?:\([^)\n]{0,60}\))?\s*,",
        r"\b(?:check_ajax_referer|check_admin_referer|wp_verify_nonce|current_user_can|isGranted|denyAccessUnlessGranted|isCsrfTokenValid)\s*\(",
        r"(?i)\b(?:get)?(?:(?:owner|author)(?:_?id)?|(?:tenant|user|account|customer|org)_?id)(?:['\"`]|\(\))?\)?\s*(?:!?={1,3}|:|=>|,)\s*[$'\"`]?"
        r"(?:req|request|ctx|session|context|auth|g|current_?user|user|self\.user|this\.user)(?:\.|->|\[|\b)",
        r"['\"`](?:HttpOnly|Secure|SameSite=\w{3,6})['\"`]|;\s{0,9}(?:HttpOnly|Secure)\b",
        r"\bfilter_var\s*\(|\bFILTER_VALIDATE_\w",
        r"(?i)\b(?:encodeURI(?:Component)?|strip_?tags|html(?:specialchars|entities)|format_html|esc_\w{1,20})\s*\(|(?<![\w.>$])[eh]\(\s*\$",
        r"\b(?:session_regenerate_id|cycle_key|rotate_token)\b|\b[sS]ession\w*(?:\(\s*\))?\s*(?:\.|->)\s*(?:regenerate|migrate|invalidate)",
        r"(?:/|['\"`])\^(?:\(\?:)?https?\b",
        r"(?i)\bawait\s+[\w.]{0,30}(?:require|verify|check|ensure|authori[sz]e|assert)\w{0,30}\(",
        r"\breturn\s+(?:res|reply|response|ctx)\s*\.\s*(?:status|code|sendStatus)\s*\(\s*40[13]\b",
        r"(?i)\b(?:raise|throw(?:\s+new)?)\s+[\w.\\]{0,30}(?:denied|forbidden|unauthori|permission|csrf|suspicious)",
        r"['\"`](?:constructor|prototype)['\"`]",
        r"\bsecrets\s*\.\s*\w+\s*\(|\bSystemRandom\b|\burandom\b|\brandom_(?:bytes|int)\b|\brandomBytes\b"
        r"|\bgetRandomValues\b|\brandomUUID\b|\buuid4\b|\brandomInt\b",
        r"\b(?:mkstemp|NamedTemporaryFile|TemporaryDirectory|TemporaryFile|mkdtemp(?:Sync)?|tmpfile|tempnam|realpath"
        r"|commonpath|is_relative_to|basename)\s*\(",
        r"\.\s*use\s*\(\s*(?:['\"`][^'\"`\n]*['\"`]\s*,\s*)?(?:csurf|csrf\w*|helmet|rate_?[lL]imit\w*|limiter|auth\w*"
        r"|require\w*|ensure\w*|passport|sanitiz\w*)\b",
        r"\bString\s*\(\s*(?:req|request|ctx|event|body|query|params|input)\b|\(string\)\s*\$|\bintval\s*\(|\(int\)\s*\$",
        r"\burl(?:parse|split)\s*\(|\bnew\s+URL\s*\(|\bparse_url\s*\(",
        r"(?i)\b(?:http_?only|secure|same_?site)['\"]?\s*(?:[:=]|=>)\s*(?:true|1|['\"](?:lax|strict))",
        r"->\s*prepare\s*\(|\bbind(?:Value|Param)\s*\(|\bexecute\s*\([^)\n]{0,300}['\"]\s*,\s*[\[(]",
        r"(?i)\bstarts_?with\s*\(\s*\(?\s*['\"](?://['\"]|https?:)|\^\\?/\(\?!",
        r"\bstr_replace\s*\(\s*\[?\s*['\"]\\[rn]|\breplace\s*\(\s*/\[?\\[rn]",
        r"(?i)\ballow_?redirects\s*[=:]\s*false|\bredirect\s*:\s*['\"](?:error|manual)|\bmaxRedirects\s*:\s*0"
        r"|\bFOLLOWLOCATION\s*,\s*(?:false|0)",
        r"\bresolve_entities\s*=\s*False|\bno_network\s*=\s*True|\bdefusedxml\b|\bforbid_dtd\b|\bsafe_load\b"
        r"|\bC?SafeLoader\b|\ballowed_classes\b",
        r"\bin_array\s*\(|\]\s*\.\s*includes\s*\(|\bin\s*[({\[]\s*['\"]",
    ),
    "no longer cleans what it shows or runs": shape(
        When.GONE,
        r"(?i)\bsafe_?\w+\s*\(|\bAuthorization\b|\bsha-?(?:256|384|512)\b",
        r"['\"]__proto__['\"]|\bhasOwn(?:Property)?\b|\bObject\s*\.\s*create\s*\(\s*null|\b(?:safe_)?substitute\s*\(",
        r"\b(?:encodeURIComponent|quote_plus|rawurlencode|urlencode|createTextNode)\s*\(|\.\s*textContent\b",
        r"(?i)\b\w*(?:escape|sanitiz|sanitis|purify|clean_html|bleach)\w*\s*[.(]"
        r"|\bhtml(?:specialchars|entities)\s*\(|\bescapeshell(?:arg|cmd)\s*\("
        r"|\bshlex\s*\.\s*quote\b|\bmysqli_real_escape_string\b|\bsecure_filename\b|\brealpath\s*\(",
    ),
}
"""Openings and disguises, by what a file that has them does."""
