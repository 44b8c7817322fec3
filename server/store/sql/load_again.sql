-- Groups that were sent again in another lane. $1 space
SELECT account, group_id FROM sent_again WHERE space_id = $1::uuid
