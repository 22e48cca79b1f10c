/*
 * base/version.h -- the version of reputed. It is also stored in each recording (engine/replay.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_VERSION_H
#define REP_BASE_VERSION_H

#define REP_VERSION "0.1.0"

#endif
