"""Three of Matinee's routes as a project of this kind starts: FastAPI, SQLAlchemy (async, asyncpg), PostgreSQL, a JWT.

    DATABASE_URL=postgresql+asyncpg://… uvicorn minimal:app --workers 2

`python minimal.py` makes the tables and an account, and prints an access token.
"""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, Index, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SECRET = "a secret for the measurement, long enough for SHA-256"
# As many connections in all as Matinee keeps: 16, by two workers.
engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=8, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "bench_users"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    username: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[int] = mapped_column(BigInteger)


class Watched(Base):
    __tablename__ = "bench_watch_history"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    user_id: Mapped[uuid.UUID]
    info_hash: Mapped[str]
    file_index: Mapped[int]
    position_seconds: Mapped[float]
    duration_seconds: Mapped[float]
    updated_at: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (
        UniqueConstraint("user_id", "info_hash", "file_index"),
        Index("bench_watch_history_latest", "user_id", "updated_at"),
    )


class Progress(BaseModel):
    info_hash: str = Field(pattern="^[0-9a-f]{40}$")
    file_index: int = Field(ge=0, lt=20_000)
    position_seconds: float = Field(ge=0)
    duration_seconds: float = Field(ge=0)


class Line(Progress):
    id: uuid.UUID
    progress_percent: float
    updated_at: datetime


class Lines(BaseModel):
    items: list[Line]
    next: str | None


class Me(BaseModel):
    id: uuid.UUID
    email: str
    username: str
    created_at: datetime


app = FastAPI()
bearer = HTTPBearer()


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as one:
        yield one


async def user_id(token: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> uuid.UUID:
    try:
        return uuid.UUID(jwt.decode(token.credentials, SECRET, algorithms=["HS256"])["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise HTTPException(401) from error


Session = Annotated[AsyncSession, Depends(session)]
UserId = Annotated[uuid.UUID, Depends(user_id)]


def instant(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)


def now() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


@app.get("/api/users/me")
async def me(database: Session, user: UserId) -> Me:
    row = await database.get(User, user)
    if row is None:
        raise HTTPException(401)
    return Me(id=row.id, email=row.email, username=row.username, created_at=instant(row.created_at))


@app.get("/api/history")
async def history(database: Session, user: UserId, limit: Annotated[int, Query(le=50)] = 50) -> Lines:
    asked = select(Watched).where(Watched.user_id == user).order_by(Watched.updated_at.desc(), Watched.id.desc())
    rows = (await database.scalars(asked.limit(limit))).all()
    items = [
        Line(
            id=row.id,
            info_hash=row.info_hash,
            file_index=row.file_index,
            position_seconds=row.position_seconds,
            duration_seconds=row.duration_seconds,
            progress_percent=min(100.0, 100 * row.position_seconds / (row.duration_seconds or 1)),
            updated_at=instant(row.updated_at),
        )
        for row in rows
    ]
    return Lines(items=items, next=None)


@app.post("/api/watch-history", status_code=204)
async def watch(progress: Progress, database: Session, user: UserId) -> None:
    values = progress.model_dump() | {"updated_at": now()}
    stored = insert(Watched).values(id=uuid.uuid4(), user_id=user, **values)
    key = ["user_id", "info_hash", "file_index"]
    await database.execute(stored.on_conflict_do_update(index_elements=key, set_=values))
    await database.commit()


async def prepare() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with sessions() as database:
        user = User(email="ada@example.org", username="ada", created_at=now())
        database.add(user)
        await database.commit()
        until = datetime.now(UTC) + timedelta(hours=1)
        print(jwt.encode({"sub": str(user.id), "exp": until}, SECRET, algorithm="HS256"))


if __name__ == "__main__":
    asyncio.run(prepare())
