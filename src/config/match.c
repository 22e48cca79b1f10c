/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

static const struct rep_config_source *
named(const struct rep_config *cfg, struct rep_str part)
{
	if (part.n == 0)
		return NULL;
	for (size_t i = 0; i < cfg->n_sources; i++)
		for (size_t k = 0; k < cfg->sources[i].labels.n; k++)
			if (rep_str_eq_nocase(cfg->sources[i].labels.v[k], part))
				return &cfg->sources[i];
	return NULL;
}

const struct rep_config_source *
rep_config_source_for_label(const struct rep_config *cfg, struct rep_str label)
{
	size_t first = rep_str_chr(label, '/', 0), last = rep_str_rchr(label, '/');
	const struct rep_config_source *s = named(cfg, label);

	if (s != NULL || first == SIZE_MAX)
		return s;
	if ((s = named(cfg, rep_str_sub(label, first + 1, label.n))) != NULL)
		return s;
	if ((s = named(cfg, rep_str_sub(label, last + 1, label.n))) != NULL)
		return s;
	return named(cfg, rep_str_sub(label, 0, first));
}

const struct rep_config_domain *
rep_config_domain(const struct rep_config *cfg, struct rep_str name)
{
	for (size_t i = 0; i < cfg->n_domains; i++)
		if (rep_str_eq_nocase(cfg->domains[i].name, name))
			return &cfg->domains[i];
	return NULL;
}

/* 0: not this host. A name or address told in full beats a suffix, a longer one a shorter. */
static size_t
fits(const struct rep_config_host *h, struct rep_str name, const struct rep_ip *ip, unsigned port)
{
	enum { SUFFIX = 2, ADDRESS = 2000, NAME = 4000 };
	size_t told = h->port != 0;

	if (h->port != 0 && port != 0 && h->port != port)
		return 0;
	if (h->ip.version != 0)
		return ip != NULL && rep_ip_eq(&h->ip, ip) ? ADDRESS + told : 0;
	if (h->name.p[0] != '.')
		return rep_str_eq_nocase(h->name, name) ? NAME + told : 0;
	if (name.n <= h->name.n || !rep_str_ends_nocase(name, h->name))
		return 0;
	return SUFFIX * h->name.n + told;
}

const struct rep_config_relay *
rep_config_relay_for_host(
    const struct rep_config *cfg, struct rep_str name, const struct rep_ip *ip, unsigned port)
{
	const struct rep_config_relay *best = NULL;
	size_t most = 0, how;

	for (size_t i = 0; i < cfg->n_relays; i++)
		for (size_t k = 0; k < cfg->relays[i].hosts.n; k++) {
			how = fits(&cfg->relays[i].parsed[k], name, ip, port);
			if (how > most) {
				most = how;
				best = &cfg->relays[i];
			}
		}
	return best;
}
