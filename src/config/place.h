/*
 * config/place.h -- how a configuration names hosts, URLs, and places to listen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CONFIG_PLACE_H
#define REP_CONFIG_PLACE_H

#include "base/ip.h"

/* Labels of letters, digits, '-' and '_', of 1 to 63 bytes, with dots between. *number: the last has only digits. */
bool rep_conf_are_labels(struct rep_str s, bool *number);

/* A host name as DNS and URLs have it. The last label is not a number: "300.1.1.1" is an address gone wrong. */
bool rep_conf_is_host(struct rep_str s);

/* A URL in its parts; views into it. */
struct rep_config_url {
	struct rep_str site; /* "https://host:port": what can be shown when the rest is a secret */
	struct rep_str host; /* without port and brackets */
	struct rep_str path; /* from the '/' after the site on; may be empty */
};

/* One of http or https. False: it is none, or has a user or blanks in it. */
bool rep_config_url_parse(struct rep_str s, struct rep_config_url *out);

/* One of a mail server: smtp or smtps, a host, perhaps a port, and nothing else. */
bool rep_config_server_parse(struct rep_str s, struct rep_config_url *out);

/* Where the page listens. */
struct rep_config_place {
	bool off;
	struct rep_str path; /* of a socket; n == 0: an address */
	struct rep_ip ip;
	unsigned port;
};

/* "127.0.0.1:8025", "[::1]:8025", "/run/reputed/web.sock", "off". False: it is none of them. */
bool rep_config_place_parse(struct rep_str s, struct rep_config_place *out);

/*
 * The ARN of a topic of Amazon SNS, "arn:aws:sns:eu-west-1:123456789012:ses-events": six parts, of which the third is sns
 * (AWS General Reference, ARNs). *region is a view of its fourth part. False: it is none.
 */
bool rep_config_topic_parse(struct rep_str s, struct rep_str *region);

#endif
