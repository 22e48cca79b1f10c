// SPDX-License-Identifier: Apache-2.0
// Numbers, times and spans as people read them: times in their own zone, or in UTC when they say so (zone.js).
import { zone } from "./zone.js";

const pad = (n) => String(n).padStart(2, "0");
const NB = "\u00a0"; // a number and its unit stay in one line
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export const n = (x) => (x === null || x === undefined ? "–" : x.toLocaleString("en-US"));
export const many = (x, one, more) => n(x) + " " + (x === 1 ? one : more || one + "s");
const get = (d, what) => d[(zone.value === "utc" ? "getUTC" : "get") + what]();
export const weekday = (d) => DAYS[get(d, "Day")];
export const year = (d) => get(d, "FullYear");
// The first moment of a day.
export const midnight = (d) => (zone.value === "utc" ? new Date(Math.floor(d / 864e5) * 864e5) : new Date(d.getFullYear(), d.getMonth(), d.getDate()));

export const times = (x) => (x === 1 ? "once" : x === 2 ? "twice" : n(x) + " times");

const NTH = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
export const nth = (x) => NTH[x - 1] || x + ([, "st", "nd", "rd"][x % 100 > 10 && x % 100 < 14 ? 0 : x % 10] || "th");

// A share never looks like all or nothing of it where it is neither: near all it is cut, not rounded.
export function percent(x, digits) {
	if (x === null || x === undefined)
		return "–";
	const p = x * 100;
	if (p > 0 && p < 0.01 && digits === undefined)
		return "<" + NB + "0.01" + NB + "%";
	if (p > 99 && p < 100)
		return (Math.floor(p * 10 + 1e-9) / 10).toFixed(1).replace(".0", "") + NB + "%";
	const text = p.toFixed(digits === undefined ? (p < 1 ? 2 : p < 10 ? 1 : 0) : digits);
	return (text.includes(".") ? text.replace(/\.?0+$/, "") : text) + NB + "%";
}

export const hm = (d) => pad(get(d, "Hours")) + ":" + pad(get(d, "Minutes"));
export const day = (d) => get(d, "Date") + " " + MONTHS[get(d, "Month")];

function dayNumber(d) {
	return Math.round(new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime() / 864e5);
}

// "06:42", "yesterday 18:23", "29 Oct, 04:00", "29 Oct 2025"; in UTC exact: "2025-10-29 04:00:17 UTC"
export function when(iso, dateOnly) {
	if (zone.value === "utc")
		return dateOnly ? utcDay(iso) : utc(iso);
	const d = new Date(iso);
	const now = new Date();
	const ago = dayNumber(now) - dayNumber(d);
	if (dateOnly)
		return day(d) + (d.getFullYear() === now.getFullYear() ? "" : " " + d.getFullYear());
	if (ago === 0)
		return hm(d);
	if (ago === 1)
		return "yesterday " + hm(d);
	if (d.getFullYear() === now.getFullYear())
		return day(d) + ", " + hm(d);
	return day(d) + " " + d.getFullYear() + ", " + hm(d);
}

export function utcDay(iso) {
	const d = new Date(iso);
	return d.getUTCDate() + " " + MONTHS[d.getUTCMonth()] + (d.getUTCFullYear() === new Date().getFullYear() ? "" : " " + d.getUTCFullYear());
}

export const utc = (iso) => iso.replace("T", " ").replace("Z", " UTC");

export function span(s) {
	if (s === null || s === undefined)
		return "–";
	if (s < 90)
		return Math.round(s) + NB + "s";
	if (s < 5400)
		return Math.round(s / 60) + NB + "min";
	if (s < 36 * 3600) {
		const h = Math.floor(s / 3600);
		const m = Math.round((s - h * 3600) / 60);
		return h < 10 && m && m < 60 ? h + NB + "h" + NB + m + NB + "min" : Math.round(s / 3600) + NB + "h";
	}
	return many(Math.round(s / 86400), "day");
}

export const seconds = (iso) => Date.parse(iso) / 1000;
export const between = (a, b) => (a && b ? seconds(b) - seconds(a) : null);

// A moment as the API writes it, to the second.
export const iso = (ms) => new Date(ms).toISOString().replace(/\.\d+/, "");
// The day that was so many days before a moment, as the API takes it: whole days, so that the answer stays the same for long.
export const sinceDays = (now, days) => (now ? iso(Date.parse(now.slice(0, 10)) - days * 864e5).slice(0, 10) : null);

export function list(words) {
	if (words.length < 2)
		return words.join("");
	return words.slice(0, -1).join(", ") + " and " + words[words.length - 1];
}

export function bytes(x) {
	if (x < 1000)
		return many(x, "byte");
	return x < 1e6 ? (x / 1e3).toFixed(0) + " KB" : x < 1e9 ? (x / 1e6).toFixed(1) + " MB" : (x / 1e9).toFixed(1) + " GB";
}
