// Twilio's whole SDK, not bundled, as its quick starts have it.
const twilio = require('twilio');
require('./runtime').start(twilio.validateRequest);
