// What keeps the program from a server, in words: what it is, and what to look at. One without a text does not compile.
import { m } from "../paraglide/messages.js";
import type { Obstacle } from "./backend";

const WORDS: Record<Obstacle, () => string> = {
  host_unknown: m.obstacle_host_unknown,
  host_silent: m.obstacle_host_silent,
  port_closed: m.obstacle_port_closed,
  no_postgres: m.obstacle_no_postgres,
  ca_unreadable: m.obstacle_ca_unreadable,
  no_tls: m.obstacle_no_tls,
  issuer_unknown: m.obstacle_issuer_unknown,
  certificate_expired: m.obstacle_certificate_expired,
  certificate_not_yet_valid: m.obstacle_certificate_not_yet_valid,
  certificate_of_another: m.obstacle_certificate_of_another,
  certificate_without_name: m.obstacle_certificate_without_name,
  certificate_invalid: m.obstacle_certificate_invalid,
  wrong_login: m.err_wrong_login,
  not_admitted: m.obstacle_not_admitted,
  database_unknown: m.obstacle_database_unknown,
  server_full: m.obstacle_server_full,
  server_starting: m.obstacle_server_starting,
};

export const obstacleWords = (obstacle: Obstacle) => WORDS[obstacle]();
