// One file an area; tests hold both languages to the same keys.
import common from "./common.json";
import session from "./session.json";
import inbox from "./inbox.json";
import cases from "./cases.json";
import actions from "./actions.json";
import release from "./release.json";
import headquarters from "./headquarters.json";
import studio from "./studio.json";
import log from "./log.json";
import admin from "./admin.json";

export default { common, session, inbox, cases, actions, release, headquarters, studio, log, admin };
