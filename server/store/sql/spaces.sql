-- Every space.
SELECT space_id, kind FROM space_head ORDER BY space_id
