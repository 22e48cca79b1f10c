/*
 * setup/postconf.h -- what postconf(1) prints, taken apart.
 *
 * Pure. What is in it was written by a person or a package, and may be anything; views point into it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SETUP_POSTCONF_H
#define REP_SETUP_POSTCONF_H

#include "base/ip.h"

/* The value of "NAME = VALUE" in the output of `postconf -x NAME ...`; n == 0: empty, or not there. */
struct rep_str rep_postconf_value(struct rep_str out, const char *name);

/* A service of master.cf: a line of `postconf -M`. */
struct rep_postconf_service {
	struct rep_str name, type, command; /* "smtp", "unix", "smtp" */
};
/* Takes the next one from the front of the output. False: there is none. */
bool rep_postconf_service(struct rep_str *out, struct rep_postconf_service *s);

/* The same of an option of a service: "NAME/TYPE/PARAMETER = VALUE" of `postconf -P`. */
struct rep_str rep_postconf_option(
    struct rep_str out, const struct rep_postconf_service *s, const char *parameter);

/* Takes the next word of a list ("a, b c") from its front. False: there is none. */
bool rep_postconf_word(struct rep_str *list, struct rep_str *word);

/* "smtp-amavis:[127.0.0.1]:10024": the transport (n == 0: none is named) and the next hop. */
void rep_postconf_route(struct rep_str s, struct rep_str *transport, struct rep_str *hop);

/*
 * A next hop: its name or address, in *exact whether it stands in brackets (else its MX hosts are meant), and its
 * port as written, or n == 0. False: it is none.
 */
bool rep_postconf_hop(struct rep_str hop, struct rep_str *host, bool *exact, struct rep_str *port);

#endif
