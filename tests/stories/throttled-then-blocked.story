# sendgrid/docs#6275 has a rate limit for reputation (S3113) and refusals of the same days; that
# two days of the one come before the other is made up after forum accounts of S775.
title   Two days of rate limits, then the block
about   throttle block history rule:microsoft-consumer.s775

address out-a 203.0.113.24
at      2026-03-01T00:00:00Z
mail    20/h from news@shop.example via out-a to microsoft-consumer
mail    5/h from news@shop.example via out-a to yahoo
+8d
mark    slow
answer  microsoft-consumer 40% "451 4.7.650 The mail server [$ip] has been temporarily rate limited due to IP reputation. For e-mail delivery information see https://postmaster.live.com (S775)" at mail
+1d
expect  told opened "Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  incident provider=microsoft-consumer source=203.0.113.24 class=throttled rule=microsoft-consumer.s775 state=active since=slow~30m
expect  state out-a microsoft-consumer throttled
expect  advice 1 contains "Go down to one connection and a trickle"
expect  no incident class=blocked

+1d
end     microsoft-consumer
mark    block
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+4h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Not over: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  incident provider=microsoft-consumer class=throttled state=over
expect  incident provider=microsoft-consumer class=blocked rule=microsoft-consumer.s3140 state=active since=block~15m
expect  evidence throttled_first
expect  state out-a microsoft-consumer blocked
expect  why contains "they began to slow it 47 h 41 min before they refused it"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
