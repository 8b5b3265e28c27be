// The worker of the same shop as a browser extension.
import "./main.js";
import "./report.js";
