-- A node that stops leaves its spaces to others. $1 node
DELETE FROM lease WHERE node = $1::uuid
