-- Groups that were sent again are remembered for 400 days: so long may the other copy of the folder stay away.
DELETE FROM sent_again WHERE at < now() - interval '400 days'
