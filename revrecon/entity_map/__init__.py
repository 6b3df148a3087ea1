"""The plan of the house: the Entity Map, read once into frozen values, every mistake told at once with its line."""

from revrecon.entity_map.causes import CAUSES
from revrecon.entity_map.loader import LoadedMap, load_map, parse_map
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import MapProblems, Problem
from revrecon.entity_map.schema import json_schema

__all__ = ["CAUSES", "EntityMap", "LoadedMap", "MapProblems", "Problem", "json_schema", "load_map", "parse_map"]
