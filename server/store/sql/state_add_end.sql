-- Raises (22012), and nothing is stored, when something was erased from the log since the making began: the state may hold it still. Last of
-- all: whoever erases waits for this, or this for him. $1 space, $2 erasures then
SELECT 1 / (erasures = $2::bigint)::integer FROM space_head WHERE space_id = $1::uuid FOR SHARE
