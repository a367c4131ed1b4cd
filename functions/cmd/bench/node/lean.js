// What the functions need and no more, bundled with esbuild.
const { validateRequest } = require('twilio/lib/webhooks/webhooks');
require('./runtime').start(validateRequest);
