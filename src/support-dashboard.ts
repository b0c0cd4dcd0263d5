// Entry of dist/support-dashboard.js: what the npm package's entry does.
import './dashboard.ts';
