/*
 * engine/known_sender.h -- what is known of who sends: a service, or a provider of mailboxes, by a domain or the confirmed name of
 * an address.
 *
 * A sender is a number, so that rows of reports stay small: 0 none, then the services, then the providers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_KNOWN_SENDER_H
#define REP_ENGINE_KNOWN_SENDER_H

#include "engine/session.h"
#include "know/service.h"

struct rep_known_senders {
	const struct rep_services *services; /* in the arena of the session */
	struct rep_providers *providers;     /* owned; NULL: mailboxes are not known */
};

enum rep_rc rep_known_senders_load(
    const struct rep_session *s, struct rep_known_senders *out, struct rep_err *err) REP_NODISCARD;
void rep_known_senders_fini(struct rep_known_senders *k);

/* A domain that signs or takes bounces; report/reported.h has what this is for. ctx: a struct rep_known_senders. */
uint16_t rep_known_sender_of_domain(void *ctx, struct rep_str domain, struct rep_str *shared);
/* The confirmed name of an address. */
uint16_t rep_known_sender_of_host(const struct rep_known_senders *k, struct rep_str host);

/* What a number stands for: one of both. Both NULL: nothing, or k is NULL. */
struct rep_known_sender {
	const struct rep_service *service;
	const struct rep_provider *provider;
};
struct rep_known_sender rep_known_sender(const struct rep_known_senders *k, uint16_t number);

/* What an SPF record includes for a service; n == 0: nothing is known. */
struct rep_str rep_known_sender_spf(const struct rep_known_senders *k, const struct rep_service *v);

#endif
