/*
 * engine/workers.h -- starts the processes that read what comes from outside, and tells what the
 * kernel lacks for locking them.
 *
 * They are this program, started again with a word that is no command for people.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_WORKERS_H
#define REP_ENGINE_WORKERS_H

#include "engine/session.h"
#include "serve/fetcher.h"
#include "serve/reader.h"
#include "serve/resolver.h"
#include "serve/role.h"

/* The words. */
#define REP_WORKERS_PARSE "parse-worker"
#define REP_WORKERS_READ "read-worker"
#define REP_WORKERS_RESOLVE "resolve-worker"
#define REP_WORKERS_FETCH "fetch-worker"

/* How each is started; add the rest. */
struct rep_pool_params rep_workers_parse(void);
struct rep_reader_params rep_workers_read(const struct rep_session *s);
struct rep_resolver_params rep_workers_resolve(void);
struct rep_fetcher_params rep_workers_fetch(void);

/* Tells what is not in force of a worker's lock. Nothing when all is. */
void rep_workers_say(const struct rep_session *s, const struct rep_sandbox *box);

#endif
