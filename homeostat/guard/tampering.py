"""What makes tests pass without mending anything, by what it does: each one more than before is refused.

Values of the tests that a program treats apart are read with the tests themselves: `repair.shortcuts`.
"""

from __future__ import annotations

import re
from collections import Counter

from homeostat.guard.code import code_of
from homeostat.guard.shapes import PHP, PYTHON, When, shape
from homeostat.records import Change

_SHARED = (
    r"(?:expect|assert|it|test|describe|beforeEach|afterEach|jest|vi|vitest|mocha|chai|sinon"
    r"|console|Date|Math|JSON"
    r"|Promise|setTimeout|setInterval|fetch|Error|AssertionError|process|require|module)"
)

TAMPERING = {
    "skips tests": shape(
        When.MORE,
        r"\b__unittest_\w+__|^[ \t]*(?:beforeEach|afterEach|beforeAll|afterAll)\s*\(",
        r"\bskip(?:If|Unless|Test)?\s*\(\s*['\"`]|\bSkipTest\b|\bxfail\b|\bmarkTest(?:Skipped"
        r"|Incomplete)\b|\bx(?:it|describe|test|context)\s*\(|(?<![\w.$])f(?:it"
        r"|describe)\s*\(\s*['\"`]",
        r"\b(?:it|test|describe|suite|context|bench)\s*\.\s*(?:skip|only|todo|failing|skipIf|runIf"
        r"|fixme)\b|\bthis\s*\.\s*skip\s*\(|\bpytest\s*\.\s*(?:skip|exit|importorskip|mark|fail)\b"
        r"|\bunittest\s*\.\s*(?:skip\w*|expectedFailure)",
        r"\b(?:t|b|tb)\s*\.\s*Skip(?:f|Now)?\s*\(|@(?:Disabled|Ignore)\b|#\[ignore"
        r"|\bAssume\s*\.\s*assume|\bassumeTrue\s*\(|\bpending\s*\(\s*['\"]|\bcollect_ignore\w*"
        r"|\b__test__\s*=|\bload_tests\b|\bpytest_plugins\b|\bdef\s+pytest_\w+",
    ),
    "ends the program early": shape(
        When.MORE,
        r"\bprocess\s*\??\.\s*exit\s*(?:\?\.\s*)?(?:[,;)\]]|\(\s*[+-]0*\s*\)|\(\s*0?\s*\))(?<!exit\(0\))(?<!exit\(\))",
        r"\bimport\s*\{[^}\n]*\bexit\b[^}\n]*\}\s*from\s*['\"`](?:node:)?process|\binterrupt_main\b|\braise_signal\b",
        r"\bsys\s*\.\s*exit\s*\(\s*(?:0\s*|None\s*|False\s*)?\)|\bos\s*\.\s*(?:_exit|abort|kill"
        r"|killpg)\b|\braise\s+(?:SystemExit|KeyboardInterrupt)\s*(?:\(\s*(?:0|None)?\s*\))?\s*$"
        r"|\bfrom\s+(?:os|sys)\s+import\s+_?exit\b",
        r"\bprocess\s*\.\s*(?:exit\s*\(\s*(?:0\s*)?\)|exitCode\s*=|reallyExit|abort|kill\b"
        r"|(?:on(?:ce)?|addListener|prependListener)\s*\(\s*['\"`](?:exit|beforeExit|uncaught\w*"
        r"|unhandled\w*)|emit\b|removeAllListeners)",
        r"\bprocess\s*\[\s*['\"`]|\batexit\b|\bregister_shutdown_function\b|\bDeno\s*\.\s*exit\b"
        r"|\bos\s*\.\s*Exit\s*\(\s*0|\bSystem\s*\.\s*exit\s*\(\s*0"
        r"|\bRuntime\b[^\n]{0,40}\bhalt\s*\(|\bprocess::exit\s*\(\s*0|\bexit!"
        r"|(?<![\w.$>])(?:quit\s*\(\s*\)|_?exit\s*\(\s*0?\s*\)(?!\s*\{))|\bsignal\s*\.\s*alarm\b",
        r"\b(?:sys|process)\s*\.\s*(?:stdout|stderr)\s*(?:\.\s*write\s*)?=(?!=)"
        r"|\bsys\s*\.\s*(?:settrace|setprofile|excepthook)\b|\bfaulthandler\b",
    ),
    "returns whatever happened": shape(
        When.MORE,
        r"^(?P<edge>[ \t]*)finally:[ \t]*\n(?:(?P=edge)[ \t]+[^\n]*\n){0,6}?"
        r"(?P=edge)[ \t]+(?:return|break|continue)\b",
        r"\bfinally\s*\{[^{}]{0,200}\breturn\b",
    ),
    "ends the script early": shape(
        When.MORE,
        r"(?:\A|^(?![^\n]*\bheader\s*\()[^\n]*\n)(?![^\n]*\bheader\s*\()[^\n]*?(?<![\w$>:'\"])(?:exi"
        r"t|die)\s*(?:\(\s*0?\s*\))?\s*;",
        suffixes=PHP,
    ),
    "looks at who runs it": shape(
        When.MORE,
        r"['\"`]test['\"`][^\n]{0,40}(?:includes|has|indexOf)\s*\([^\n]{0,40}NODE_ENV|\bswitch\s*\([^\n]{0,40}NODE_ENV",
        r"\bfunction_exists\s*\(\s*['\"](?:it|test|describe|expect|uses|beforeEach)['\"]",
        r"PYTEST_|JEST_|\bVITEST\w*|PHPUNIT\w*|MOCHA_|\b__(?:karma|jest|vitest|mocha|TEST|TESTING"
        r"|PHPUNIT_\w+)__|\bNODE_TEST\w*|\bTEST_(?:ENV|MODE|RUN\w*|WORKER\w*)"
        r"|\bAPP_ENV\W{1,6}(?:===?|!==?)\s*['\"]test|\bRAILS_ENV\b|\bRUNNING_TESTS?\b",
        r"\bNODE_ENV\b['\"`\])]*\s*[!=]==?\s*['\"`]test"
        r"|['\"`]test(?:ing)?['\"`]\s*[!=]==?\s*process\s*\.\s*env|\bnpm_(?:lifecycle|package"
        r"|config)\w*|\bimport\s*\.\s*meta\s*\.\s*(?:vitest|env\s*\.\s*(?:TEST|MODE|VITEST))",
        r"(?:\benviron\b|\bgetenv\b|\benv\b)\W{0,3}(?:get\W{1,3})?(?:GITHUB_\w+|\w*TEST\w*"
        r"|TRAVIS|JENKINS\w*)\b",
        r"^(?![^\n]*\b(?:isTTY|isatty|NO_COLOR|FORCE_COLOR)\b)[^\n]*"
        r"(?:\benviron\b|\bgetenv\b|\benv\b)\W{0,3}(?:get\W{1,3})?(?:CI|CONTINUOUS_INTEGRATION)\b",
        r"['\"`](?:pytest|_pytest|unittest|nose2?|doctest|hypothesis|jest|mocha|vitest|jasmine"
        r"|phpunit|PHPUnit\w*)['\"`]|\bimport\s+(?:pytest|unittest|_pytest)\b|\bfrom\s+(?:pytest"
        r"|_pytest|unittest)\b|['\"`][^'\"`\n]{0,40}PHPUnit\\+[^'\"`\n]{0,60}['\"`]|\bPHPUnit\\",
        r"\bsys\s*\.\s*(?:modules|_getframe|_current_frames|orig_argv|gettrace|getprofile)\b"
        r"|\binspect\s*\.\s*(?:stack|currentframe|getouterframes|trace|getframeinfo)\b"
        r"|\bimport\s+(?:stack|currentframe)\b|\btraceback\s*\.\s*(?:extract|format|print"
        r"|walk)_stack\b|\bgc\s*\.\s*get_(?:objects|referrers)\b|\bf_back\b|\bco_filename\b",
        r"\.\s*stack\b[^\n]{0,80}(?:includes|match|indexOf|test\s*\(|split|search|contains)"
        r"|\bcaptureStackTrace\b|\bprepareStackTrace\b|\bdebug_(?:print_)?backtrace\b"
        r"|\bgetTraceAsString\b[^\n]{0,80}(?:strpos|contains|preg_match)|(?:strpos|str_contains"
        r"|preg_match|stripos)[^\n]{0,80}(?:getTraceAsString|debug_backtrace|argv|SCRIPT)",
        r"\.\s*test\s*\(\s*[^\n)]{0,60}\.\s*stack\b|\bstack\s*\}\s*=|/(?:[^/\n]{0,40})\b(?:jest"
        r"|mocha|vitest|node:test|__tests__|\.test\\?\.|spec)\b[^/\n]{0,40}/[gimsuy]*\s*\.\s*test\b",
        r"(?:test|spec|jest|mocha|unit)[^\n]{0,60}\bargv\b|\bnew\s+Error\s*\([^)\n]*\)\s*\.\s*stack\b",
        r"\bargv\b[^\n]{0,80}(?:test|jest|mocha|spec|unit|pytest)|(?:test|jest|mocha"
        r"|pytest)['\"`]?\s+in\s+(?:sys\s*\.\s*)?argv|\bexecArgv\b"
        r"|\bos\s*\.\s*Args\b[^\n]{0,60}test|\b__file__\b[^\n]{0,60}test"
        r"|\b__filename\b[^\n]{0,60}test|\bmodule\s*\.\s*(?:parent|children)\b"
        r"|\brequire\s*\.\s*main\b[^\n]{0,80}test|\bmainModule\b",
        r"['\"`][^'\"`\n]{0,40}(?:\.expected\b|\bexpected\.\w|\.golden\b|\bgolden\.)[^'\"`\n]{0,40}['\"`]",
        r"['\"`][^'\"`\n]{0,80}(?:__snapshots__|__tests__|\.snap\b|\.(?:test|spec)\.[cm]?[jt]sx?\b|\btest_\w+\.py\b"
        r"|_test\.py\b|(?<![\w.-])tests?/[\w.-])[^'\"`\n]{0,80}['\"`]",
        r"\btypeof\s+(?:describe|it|test|jest|expect|vi|suite|beforeEach|mocha|afterEach|jasmine"
        r"|Cypress|QUnit)\b|\b(?:globalThis|global|window)\s*\.\s*(?:describe|it|test|jest|expect"
        r"|vi|mocha|jasmine|Cypress|QUnit|__coverage__)\b|\bnavigator\s*\.\s*webdriver\b"
        r"|\buserAgent\b[^\n]{0,60}(?:jsdom|Headless|node)|['\"`]jsdom['\"`]",
        r"\b(?:PHP_SAPI|php_sapi_name\s*\(\s*\))\s*[!=]==?\s*['\"](?:cli|phpdbg)"
        r"|\bflag\s*\.\s*Lookup\s*\(\s*\"test|\btesting\s*\.\s*(?:Testing|Short|Verbose)\s*\("
        r"|cfg!?\s*\(\s*test\b|\bdefined\s*\(\s*['\"]?\s*(?:PHPUNIT|RSpec|Minitest)"
        r"|\bdefined\?\s*\(?\s*(?:RSpec|Minitest)|\bsettings\s*\.\s*TESTING\b",
        r"\b(?:is_?(?:under_?)?test(?:ing|s|_?(?:mode|run|env\w*))?|in_?test(?:s|_?mode)?"
        r"|running_?(?:in_?|under_?)?tests?|test_?mode|isJest|isVitest|isMocha|isCI|is_ci|IS_TEST"
        r"|UNDER_TEST|runningInConsole|runningUnitTests)\b\s*(?:\(\s*\)|[={)&|?:;]|and\b|or\b)",
        r"\b(?:readdirSync|readFileSync|readFile|existsSync|glob|listdir|open|Path"
        r"|file_get_contents|exists|read_text)\s*\([^\n]{0,100}(?:__tests__|\btests?/|\bspec/"
        r"|\.test\.|\.spec\.|test_\w+\.py|_test\.|fixtures?/|snapshots?/)",
    ),
    "changes what equality or an assertion means": shape(
        When.MORE,
        r"\bdefineProperty\s*\(\s*(?:assert|expect|chai|console|JSON|Date|Math|process)\b|\bvalueOf\s*\(\s*\)\s*\{\s*return\s+-?\d",
        r"\bdef\s+__(?:eq|ne|bool|len|lt|le|gt|ge|contains|instancecheck|subclasscheck"
        r"|hash)__\s*\([^)\n]{0,120}\)[^:\n]{0,40}:\s*(?:return\s+)(?:True|False|not\s+False|0|1"
        r"|NotImplemented\s*or)\b|\bdef\s+__(?:instancecheck|subclasscheck)__",
        r"\.\s*__(?:eq|ne|bool|class|lt|gt|contains|len)__\s*=(?!=)|^[ \t]*__(?:eq|ne|bool|lt|gt"
        r"|contains|instancecheck)__\s*=(?!=)|['\"]__(?:eq|ne|bool|class|contains)__['\"]"
        r"|\bassert\w*\s*=(?!=)\s*(?:lambda|\(|function|async|\w+\s*=>)",
        r"\b(?:assert|expect|should|chai|Assert)\s*\.\s*\w+\s*=(?!=)|\bexpect\s*\.\s*extend\b"
        r"|\bObject\s*\.\s*is\s*=(?!=)|\bchai\s*\.\s*(?:use|Assertion)\b"
        r"|\b(?:unittest\s*\.\s*)?TestCase\s*\.\s*\w+\s*=|\b(?:except|catch|instanceof"
        r"|class)\b[^\n:{]{0,60}\bAssertion(?:Failed)?Error\b|\bsetattr\s*\(\s*[\w.]*(?:[Tt]est"
        r"|[Cc]ase|assert|builtins)",
        r"\bbuiltins\b|__builtins__|\bSymbol\s*\.\s*(?:toPrimitive|hasInstance|toStringTag"
        r"|species)\b|\b(?:equals|Equals|isEqual|compareTo|valueOf|asymmetricMatch"
        r"|jasmineToString)\s*\([^)\n]{0,80}\)\s*(?::\s*\w+\s*)?\{\s*return\s+(?:true|0|1)\b",
        r"\basymmetricMatch\b|\b(?:Object|Array|String|Number|Boolean|Function|Promise|Map|Set"
        r"|Error|Date|RegExp)\s*\.\s*prototype\s*(?:\.\s*\w+|\[[^\]\n]{1,60}\])\s*=(?!=)"
        r"|\bdefineProperty\s*\(\s*(?:Object|Array|String|Number|Function|Error)\b"
        r"|\breturn\s+new\s+Proxy\s*\(|\bassert_options\b|zend\.assertions|\bclass_alias\s*\("
        r"|\brunkit\w*|\buopz_\w+",
        r"\bdef\s+__(?:eq|ne|contains)__\s*\(\s*(?P<own>\w+)\b[^)\n]*\)[^:\n]{0,40}:\s*\n?\s+return\s+(?![^\n]*\b(?P=own)\b)(?!NotImplemented)",
        r"\bclass\s+\w+\s*\(\s*(?:str|int|float|dict|list|tuple|bool)\s*\)\s*:\s*\n\s+def\s+__(?:eq|ne)__",
        r"\bpython\w*\s+-O|\bPYTHONOPTIMIZE\b|\bsys\s*\.\s*flags\b|\b__debug__\b|node:assert['\"`]"
        r"|\brequire\s*\(\s*['\"`](?:assert|chai|expect|jest|vitest|mocha|@jest/globals|node:test"
        r"|sinon|proxyquire|rewire|mock-require)['\"`/]|\bfrom\s+['\"`](?:chai|expect|vitest|jest"
        r"|@jest/globals|node:test|sinon)['\"`]",
    ),
    "stands in for what tests use": shape(
        When.MORE,
        r"\bprocess\s*\.\s*(?!exitCode|title)\w+\s*=(?![=>])|\b(?:datetime|time|random)\s*\.\s*\w+\s*=(?!=)\s*(?i:fake|stub|dummy|mock)\w*",
        rf"\b(?:globalThis|global|window|self)\s*(?:\.\s*"
        rf"|\[\s*['\"`]){_SHARED}\b(?:['\"`]\s*\])?\s*(?:\.\s*\w+\s*)?=(?![=>])"
        rf"|(?<![\w.])(?:Date\s*\.\s*now|Math\s*\.\s*random|JSON\s*\.\s*(?:stringify|parse)"
        rf"|console\s*\.\s*(?:error|warn|log|assert)|Promise\s*\.\s*\w+|performance\s*\.\s*now"
        rf"|Number\s*\.\s*\w+|Array\s*\.\s*isArray|Object\s*\.\s*\w+)\s*=(?![=>])",
        r"\b(?:jest|vi|vitest)\s*\.\s*(?:mock|fn|spyOn|doMock|setMock|setTimeout|retryTimes"
        r"|useFakeTimers|setSystemTime|stub\w+|unmock)\b|\bsinon\b|\bmock\s*\.\s*patch"
        r"|\bmonkeypatch\b|\bMagicMock\b|\bunittest\s*\.\s*mock|\bproxyquire\b|\bMockery\b"
        r"|\bcreateMock\s*\(",
        r"\brequire\s*\.\s*cache\b|\bModule\s*\.\s*(?:_load|prototype|_resolveFilename"
        r"|_extensions)\b|\bsys\s*\.\s*(?:modules|meta_path|path_hooks|path_importer_cache)\b"
        r"|\bspl_autoload_register\b|\bglobals\s*\(\s*\)\s*\[[^\]\n]{1,60}\]\s*="
        r"|\bsys\s*\.\s*path\s*\.\s*(?:insert|append)|\b(?:time|datetime|random|os|json"
        r"|math)\s*\.\s*\w+\s*=(?!=)\s*(?:lambda|_\w+|fake\w*|patched\w*)",
        r"\bfunction\s+(?:expect|assert|describe|it)\s*\(|\bdef\s+(?:assertEqual|assertTrue"
        r"|assert_\w+|assertRaises)\s*\(|\bclass\s+TestCase\b|\b(?:const|let|var)\s+(?:expect"
        r"|assert|describe|it)\s*=",
    ),
    "stops the clock": shape(
        When.FEWER,
        r"\bnew\s+Date\s*\(\s*\)|\bDate\s*\.\s*now\s*\(|\btime\s*\.\s*(?:time|monotonic)\s*\("
        r"|\b(?:date)?time\s*\.\s*(?:now|utcnow|today)\s*\(|\bdate\s*\.\s*today\s*\(|\bmicrotime\s*\("
        r"|(?<![\w>$.])time\s*\(\s*\)|\b\w{0,30}[cC]lock\s*\(|\$?\bnow\b\s*[-+<>]|[-+<>]=?\s*\$?now\b",
    ),
    "answers one question by heart": shape(
        When.MORE,
        r"\[\s*[-\d'\"][^\]\n]{0,120},[^\]\n]{1,120}\]\s*\[\s*(?:[\w$.>-]{1,40}\s*\+\+|\+\+)",
        r"\b(?P<times>\w{1,40})(?:\[\w{1,40}\])?\s*(?:\+=\s*1\b|=[^\n]{0,60}\+\s*1\b)[^\n]{0,20}\n"
        r"[^\n]{0,20}\bif\b[^\n]{0,20}\b(?P=times)\b(?:\[\w{1,40}\])?\s*={2,3}\s*\d+\)?\s*[:{]?\s*\n?\s*return\b",
        r"%\s*(?!(?:11|12|16|24|30|32|36|60|64|90|100|128|180|256|360|365|400|512|1000|1024|3600|86400|10+)\b)"
        r"\d{2,}\)?\s*={2,3}\s*(?!1\b|0\b)\d",
        r"\b(?:adler32|crc32)\s*\([^\n]{0,80}={2,3}\s*\d",
        r"(?:[<>]=?|={2,3})\s*['\"](?:19|20)\d\d-\d\d-\d\d['\"]|['\"](?:19|20)\d\d-\d\d-\d\d['\"]\s*(?:[<>]=?|={2,3})",
        r"\[\s*-?\d+\.\d+\s*\]\s*\.\s*(?:find|includes|some|indexOf)\b",
        r"\b(?:catch|except)\b[^\n]{0,80}[{:]\s*return\s+['\"`][^'\"`\n]{0,80}\\[ux][0-9a-fA-F{]",
        r"\.\s*catch\s*\(\s*\(?\w{0,20}\)?\s*=>\s*\(\s*\{[^}\n]{0,120}:\s*\d+\s*,[^}\n]{0,120}['\"`]",
        r"(?:\blen\s*\([^()\n]{1,60}\)|\bcount\s*\([^()\n]{1,60}\)|\.\s*(?:length|size))\s*={2,3}\s*(?:[2-9]|\d\d+)\b[^\n]{0,60}"
        r"(?:\n[^\n]{0,100}){0,4}?\breturn\s+(?:[2-9]|\d{2,})\s*(?:;|$)",
        r"(?:\blen\s*\([^()\n]{1,60}\)|\bcount\s*\([^()\n]{1,60}\)|\.\s*(?:length|size))\s*={2,3}\s*(?:[2-9]|\d\d+)\s*\?[^\n]{0,60}[-+*]\s*\d{2,}",
        r"\breturn\s+(?:new\s+)?(?:[a-z_]\w*|(?:\w+\.)*[A-Z]\w*|datetime\.\w+)\(\s*(?:[1-9]\d{2,}|['\"][^'\"\n]+['\"])"
        r"(?:\s*,\s*(?:-?\d[\d.]*|['\"][^'\"\n]*['\"]))+\s*\)\s*;?[ \t]*$",
        r"\+\+\s*[=<>!]=*\s*\d+\s*\)?\s*(?:\?|return\b)",
        r"\b(?:max|min|abs|pow|parseInt|parseFloat|Number|intval|int|float|len|strlen|count)\s*\(\s*"
        r"(?:-?\d[\d.]*\s*(?:,\s*-?\d[\d.]*\s*)+|['\"][^'\"\n]*['\"]\s*(?:,\s*\d+\s*)?)\)|['\"][^'\"\n]+['\"]\s*\.\s*length\b",
        r"\}\s*(?:\.\s*get\s*\(|\[)\s*[^\n\])]{0,60}(?://|%|>>|\^)",
        r"(?:\bString\s*\(|\bstr\s*\(|\btoString\s*\(|\bstrval\s*\()[^\n]{0,60}(?i:ends_?with|starts_?with|includes)\s*\([^\n]{0,40}['\"`][\d.]+['\"`]",
        r"\bdatetime\s*\(\s*(?:19|20)\d\d\s*,\s*\d{1,2}\s*,\s*\d{1,2}\s*,\s*\d|\bDate\s*\.\s*UTC\s*\(\s*(?:19|20)\d\d\s*,\s*\d{1,2}\s*,\s*\d{1,2}\s*,\s*\d"
        r"|(?<![\w.])1[5-9]\d{8}(?:\d{3})?(?![\w.])|\b0x[56][0-9a-fA-F]{7}\b",
        r"\bif\b[^\n]{0,80}={2,3}\s*-?\d+\b[^\n]{0,60}(?:&&|\band\b)[^\n]{0,60}={2,3}\s*['\"`][^'\"`\n]{2,}['\"`]\s*\)?\s*[:{]?\s*return\s+[-\d'\"`{\[]",
        r"\b(?:if|elif)\b[^\n]{0,120}={2,3}\s*-?(?:\d{2,}(?:\.\d+)?|\d+\.\d+)\s*\)?\s*[:{]?\s*return\s+-?(?:\d{2,}|\d+\.\d+)\b",
        r"\bif\b[^\n]{0,80}={2,3}\s*-?\d+\b[^\n]{0,60}(?:&&|\band\b)[^\n]{0,60}={2,3}\s*-?\d+\s*\)?\s*[:{]?\s*return\s+(?:-?\d|['\"`])",
        r"\bJSON\s*\.\s*stringify\s*\([^\n)]{1,60}\)\s*={2,3}\s*['\"`](?!\{\}|\[\]|null)|\bjson_encode\s*\([^\n)]{1,60}\)\s*={2,3}\s*['\"](?!\{\}|\[\])",
        r"={2,3}\s*(?P<edge>['\"`])(?=[^'\"`\n]*(?:\w\s|@|\d\d))[^'\"`\n]{3,}(?P=edge)\s*\)?\s*[:{]?\s*return\s+(?:['\"`][^'\"`\n]|-?\d|\[[^\]]|\{[^}]|[Tt]rue|[Ff]alse)",
        r"={2,3}\s*[\[{(]\s*[-\d'\"][^\n]{0,120}[\]})]\s*\)?\s*[:{]\s*return\s+(?:['\"`][^'\"`\n]|-?\d|\[[^\]]|\{[^}])",
        r"\breturn\s+[\w.]{1,40}\s*={2,3}\s*(?:\d{2,}|['\"`][^'\"`\n]{3,}['\"`])\s*\?\s*(?:-?\d{2,}|['\"`][^'\"`\n]{3,})",
    ),
    "hides errors": shape(
        When.MORE,
        r"\bset_e(?:rror|xception)_handler\b|\berror_reporting\s*\(\s*0"
        r"|\bini_set\s*\(\s*['\"](?:display_errors|error_reporting|log_errors|zend)"
        r"|\bwindow\s*\.\s*onerror\s*=|\bonunhandledrejection\s*=|\bwarnings\s*\.\s*(?:simplefilter"
        r"|filterwarnings)\s*\(\s*['\"]ignore|\bsuppress\s*\([^()\n]{0,200}\b(?:Base)?Exception\b"
        r"|\blogging\s*\.\s*disable\b",
    ),
    "passes over every error": shape(
        When.MORE,
        r"\bexcept\s*(?:\(?\s*(?:Base)?Exception\b[^:\n]{0,40})?:\s*return\b",
        r"\bexcept\s*(?:\(?\s*(?:Base)?Exception\b[^:\n]{0,40})?:\s*(?:pass|\.\.\.|continue)[ \t]*$",
        suffixes=PYTHON,
    ),
}
"""Shapes of tampering, by what a file that has them does."""


SUPPRESSED = re.compile(
    r"pragma:\s*no\s*cover|\b(?:istanbul|c8|v8|nyc)\s+ignore\b|@codeCoverageIgnore|@ts-nocheck|/\*\s*eslint-disable\s*\*/"
    r"|\bpylint:\s*skip-file|\bflake8:\s*noqa|\bmypy:\s*ignore-errors|\bruff:\s*noqa|@phpstan-ignore-file|\bnosec\b"
    r"|\bnosemgrep\b|@psalm-suppress|phpcs:disable|rubocop:disable\s+all"
)
"""Comments that take code from the eyes of a tool."""

_RETURN = re.compile(r"\breturn\b[ \t]*(?=[^\s;}])(?P<value>[^\n;}]*)|=>[ \t]*(?P<body>[^\s{(\n][^\n;]*)")
_LITERAL = re.compile(
    r"[\s(]*(?:-?\d[\d_.]*|['\"`][^'\"`]*['\"`]|[Tt]rue|[Ff]alse|\[(?:[-\d\s,.]|'[^'\n]*'|\"[^\"\n]*\"|\b(?:null|None|[Tt]rue|[Ff]alse)\b)*\])[\s);,]*"
)
_FEW = 3


def stubbed(change: Change) -> bool:
    """Whether all that a change does is to return a literal in place of what was found."""
    written = [line for line in change.added if line.strip()]
    if not change.before or not written or len(written) > _FEW:
        return False
    before, after = (_returns(code_of(change.path, text).plain) for text in (change.before, change.after))
    return after[True] > before[True] and after[False] < before[False]


def _returns(text: str) -> Counter[bool]:
    """How many returned values are literals, and how many are not."""
    found = (one["value"] or one["body"] or "" for one in _RETURN.finditer(text))
    return Counter(_LITERAL.fullmatch(value) is not None for value in found)
