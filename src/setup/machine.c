/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* IFF_UP */
#include "setup/machine.h"
#include "engine/files.h"
#include "io/program.h"

#include <dirent.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

/* Of programs that setup runs: theirs are words that a person does not give. */
enum { ARGS = 16 };

const char *
rep_machine_path(const struct rep_machine *m, const char *path)
{
	struct rep_str s = rep_arena_printf(m->arena, "%s%s", m->root, path);

	return s.p != NULL ? s.p : "";
}

bool
rep_machine_has(const struct rep_machine *m, const char *path)
{
	return access(rep_machine_path(m, path), F_OK) == 0;
}

static void
too_much(const struct rep_machine *m, const char *path, bool folder)
{
	struct rep_machine_unread *u = m->unread;

	for (size_t i = 0; u != NULL && i < u->n; i++)
		if (strcmp(u->v[i].path, path) == 0)
			return;
	if (u != NULL && u->n < REP_MACHINE_UNREAD_MAX)
		u->v[u->n++] = (struct rep_machine_too_much){ path, folder };
	else if (u != NULL)
		u->more = true;
}

struct rep_str
rep_machine_file(const struct rep_machine *m, const char *path)
{
	const char *full = rep_machine_path(m, path);
	struct rep_str text = { "", 0 };
	enum rep_rc rc = rep_file_read_own(m->arena, full, REP_MACHINE_FILE_MAX, &text, NULL);

	if (rc == REP_ELIMIT)
		too_much(m, full, false);
	if (rc != REP_OK)
		text.n = 0;
	return text;
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

size_t
rep_machine_names(const struct rep_machine *m, const char *folder, const char ***names)
{
	const char *full = rep_machine_path(m, folder);
	DIR *d = opendir(full);
	const char **v = rep_arena_alloc(m->arena, REP_MACHINE_NAMES_MAX * sizeof *v);
	struct dirent *e;
	size_t n = 0;

	while (d != NULL && v != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		if (n == REP_MACHINE_NAMES_MAX) {
			too_much(m, full, true);
			break;
		}
		v[n] = rep_arena_dup(m->arena, rep_str_c(e->d_name)).p;
		n += v[n] != NULL;
	}
	if (d != NULL)
		(void)closedir(d);
	if (n > 0)
		qsort(v, n, sizeof *v, by_name);
	*names = v;
	return n;
}

/* Where it is; NULL: nowhere. A PATH of somebody else's decides nothing. */
static const char *
find(const struct rep_machine *m, const char *name)
{
	static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/usr/local/sbin",
		"/usr/local/bin", "/sbin", "/bin" };

	for (size_t i = 0; i < REP_COUNT(folders); i++) {
		struct rep_str s = rep_arena_printf(m->arena, "%s%s/%s", m->root, folders[i], name);

		if (s.p != NULL && access(s.p, X_OK) == 0)
			return s.p;
	}
	return NULL;
}

/* The environment of every program. */
static const char *const plain_environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
	NULL };

enum rep_rc
rep_machine_do(const struct rep_machine *m, const char *const *argv, int ms, struct rep_err *err)
{
	const char *words[ARGS + 1] = { find(m, argv[0]) };
	struct rep_program p = { .argv = words, .env = plain_environment, .timeout_ms = ms };
	struct rep_program_end end;
	enum rep_rc rc;

	if (words[0] == NULL)
		return rep_fail(err, REP_ENOTFOUND, "there is no %s", argv[0]);
	for (size_t i = 1; i < ARGS && argv[i] != NULL; i++)
		words[i] = argv[i];
	if ((rc = rep_program_run(&p, &end, err)) == REP_OK && end.code != 0)
		rc = rep_fail(
		    err, REP_EIO, "%s failed with exit code %d: %s", words[0], end.code, end.said);
	return rc;
}

enum rep_rc
rep_machine_run(const struct rep_machine *m, const char *const *argv, const char *env, size_t most,
    struct rep_str *out, bool *cut, struct rep_err *err)
{
	const char *words[ARGS + 1] = { find(m, argv[0]) };
	const char *const environment[] = { plain_environment[0], plain_environment[1], env, NULL };
	struct rep_buf whole;
	struct rep_program p = { .argv = words,
		.env = environment,
		.timeout_ms = REP_MACHINE_PROGRAM_MS,
		.whole = &whole };
	struct rep_program_end end;
	enum rep_rc rc;

	if (words[0] == NULL)
		return rep_fail(err, REP_ENOTFOUND, "there is no %s", argv[0]);
	for (size_t i = 1; i < ARGS && argv[i] != NULL; i++)
		words[i] = argv[i];
	rep_buf_init(&whole, most);
	if ((rc = rep_program_run(&p, &end, err)) == REP_OK && end.code != 0)
		rc = rep_fail(err, REP_EIO, "%s failed with exit code %d", words[0], end.code);
	if (cut != NULL)
		*cut = whole.full;
	if (rc == REP_OK)
		*out = rep_arena_dup(m->arena, rep_buf_str(&whole));
	rep_buf_fini(&whole);
	if (rc == REP_OK && out->p == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	return rc;
}

static bool
address_of(const struct sockaddr *a, struct rep_ip *ip)
{
	*ip = (struct rep_ip){ .version = 0 };
	if (a == NULL)
		return false;
	if (a->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)a;

		ip->version = 4;
		memcpy(ip->b, &in->sin_addr, 4);
	} else if (a->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const void *)a;

		ip->version = 6;
		memcpy(ip->b, &in->sin6_addr, 16);
	}
	return ip->version != 0 && !rep_ip_private(ip);
}

size_t
rep_machine_addresses(struct rep_ip v[REP_MACHINE_ADDRESSES_MAX])
{
	struct ifaddrs *all = NULL;
	size_t n = 0, k;

	if (getifaddrs(&all) != 0)
		return 0;
	for (const struct ifaddrs *i = all; i != NULL && n < REP_MACHINE_ADDRESSES_MAX;
	     i = i->ifa_next) {
		if ((i->ifa_flags & IFF_UP) == 0 || !address_of(i->ifa_addr, &v[n]))
			continue;
		for (k = 0; k < n && !rep_ip_eq(&v[k], &v[n]); k++)
			;
		n += k == n;
	}
	freeifaddrs(all);
	return n;
}
