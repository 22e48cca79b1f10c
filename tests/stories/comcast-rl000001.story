# RL000001: a limit for the address. doc/sources.md, 7.
title   Comcast limits the rate: RL000001
about   rule:comcast.rl000001 throttle

address out-a 203.0.113.24
at      2026-03-09T08:00:00Z
mail    12/h from news@shop.example via out-a to comcast
+6d
answer  comcast 50% "421 4.1.0 $ip Throttled - try again later. Please see https://postmaster.comcast.net/smtp-error-codes.php#RL000001 RL000001" at rcpt
+10h
expect  told opened "Comcast has slowed mail from mx1/postfix/out-a"
expect  told updated "Still: Comcast has slowed mail from mx1/postfix/out-a"
expect  incident provider=comcast class=throttled rule=comcast.rl000001 state=active
expect  state out-a comcast throttled
expect  advice 1 contains "Send more slowly"
expect  advice lacks "delisting request"
+1d
end     comcast
+1d
expect  told resolved "Over: Comcast no longer slows mail from mx1/postfix/out-a"
expect  incident provider=comcast state=over
expect  state out-a comcast well
