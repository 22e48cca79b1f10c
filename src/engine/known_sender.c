/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/known_sender.h"

/* Providers come behind the services. */
enum { PROVIDERS_FROM = REP_SERVICES_MAX + 1 };

enum rep_rc
rep_known_senders_load(
    const struct rep_session *s, struct rep_known_senders *out, struct rep_err *err)
{
	struct rep_providers *p = rep_providers_new(s->arena);
	struct rep_services *services;
	enum rep_rc rc;

	if (p == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_providers_builtin(p, err)) != REP_OK ||
	    (rc = rep_session_services(s, &services, err)) != REP_OK) {
		rep_providers_free(p);
		return rc;
	}
	*out = (struct rep_known_senders){ services, p };
	return REP_OK;
}

void
rep_known_senders_fini(struct rep_known_senders *k)
{
	rep_providers_free(k->providers);
	k->providers = NULL;
}

static uint16_t
of_service(const struct rep_known_senders *k, const struct rep_service *v)
{
	return (uint16_t)(v - k->services->v + 1);
}

static uint16_t
of_provider(const struct rep_known_senders *k, const struct rep_provider *p)
{
	return p == NULL ? 0 : (uint16_t)(PROVIDERS_FROM + (p - rep_providers_at(k->providers, 0)));
}

uint16_t
rep_known_sender_of_domain(void *ctx, struct rep_str domain, struct rep_str *shared)
{
	const struct rep_known_senders *k = ctx;
	const struct rep_service *v = rep_service_of_domain(k->services, domain, shared);

	if (v != NULL)
		return of_service(k, v);
	return k->providers == NULL ? 0
				    : of_provider(k, rep_provider_by_domain(k->providers, domain));
}

uint16_t
rep_known_sender_of_host(const struct rep_known_senders *k, struct rep_str host)
{
	const struct rep_service *v = rep_service_of_host(k->services, host);
	const struct rep_provider *p;

	if (v != NULL)
		return of_service(k, v);
	if (k->providers == NULL || (p = rep_provider_by_host(k->providers, host)) == NULL)
		return 0;
	v = rep_service_of_provider(k->services, p->id);
	return v != NULL ? of_service(k, v) : of_provider(k, p);
}

struct rep_known_sender
rep_known_sender(const struct rep_known_senders *k, uint16_t number)
{
	struct rep_known_sender is = { NULL, NULL };

	if (k == NULL)
		return is;
	if (number > 0 && number <= k->services->n)
		is.service = &k->services->v[number - 1];
	else if (number >= PROVIDERS_FROM && k->providers != NULL &&
	    (size_t)(number - PROVIDERS_FROM) < rep_providers_n(k->providers))
		is.provider = rep_providers_at(k->providers, (size_t)(number - PROVIDERS_FROM));
	return is;
}

struct rep_str
rep_known_sender_spf(const struct rep_known_senders *k, const struct rep_service *v)
{
	const struct rep_provider *p;

	if (v->spf.n > 0 || v->provider.n == 0 || k->providers == NULL)
		return v->spf;
	p = rep_provider_by_id(k->providers, v->provider);
	return p != NULL ? p->spf : v->spf;
}
